"""The coding tree of a .qdc or .qdpx file."""

from __future__ import annotations

from pipeline.config import IngestConfig
from pipeline.ingest.coding_tree import codes_and_folders
from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import below, children, targets, words
from pipeline.ingest.refi.memos import read_notes
from pipeline.ingest.refi.project import Project, open_project
from pipeline.ingest.refi.tree import Tree, read_tree
from pipeline.ingest.refi.users import Users
from pipeline.records import Codebook, CodeSet, Memo, Problem


def read_codebook(loaded: Loaded, config: IngestConfig) -> Codebook:
    """The coding tree of a .qdc or .qdpx file: codes, folders, sets of codes, and the memos on codes.

    Raises InputError if the file cannot be read; deviations from the standard are problems of the codebook.
    """
    project = open_project(loaded, config)
    tree = read_tree(project, config)
    codes, folders = codes_and_folders(tree.nodes)
    sets, odd = _sets(project, tree)
    problems = [*project.problems, *tree.problems, *odd]
    if tree.left_out:
        told = f"branches that this software wrote are not taken for codes: {', '.join(tree.left_out)}"
        problems.append(Problem(loaded.name, told))
    if not codes:
        problems.append(Problem(loaded.name, "the file holds no code"))
    return Codebook(codes, tuple(problems), folders, sets, _memos(project, tree, config))


def _sets(project: Project, tree: Tree) -> tuple[tuple[CodeSet, ...], tuple[Problem, ...]]:
    """Sets with a code in them; sets of documents are attributes of documents, empty ones say nothing."""
    found, empty, unknown = [], [], 0
    own = tree.suggested | tree.speakers.keys()
    for one in below(project.root, "Sets", "Set"):
        members = [target for target in targets(one, "MemberCode") if target not in own]
        known = [tree.names[tree.by_guid[target]] for target in members if target in tree.by_guid]
        unknown += len(members) - len(known)
        name = (one.get("name") or "(no name)").strip()
        if known:
            found.append(CodeSet(name, tuple(dict.fromkeys(known)), words(one)))
        elif not children(one, "MemberSource", "MemberNote"):
            empty.append(name)
    problems = []
    if empty:
        problems.append(Problem(project.name, f"{many(len(empty), 'set')} without members left out: {shown(empty)}"))
    if unknown:
        problems.append(Problem(project.name, f"{many(unknown, 'member')} of sets left out: no such code in the file"))
    return tuple(found), tuple(problems)


def _memos(project: Project, tree: Tree, config: IngestConfig) -> tuple[Memo, ...]:
    if local(project.root) == "CodeBook":
        return ()
    notes = read_notes(project, Users(project), config)
    return tuple(
        Memo(memo.text, memo.title, memo.author, memo.date, code=name)
        for name, element in zip(tree.names, tree.elements, strict=True)
        for memo in (notes.memos[own] for own in notes.of(element))
    )
