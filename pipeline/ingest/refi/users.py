"""The people of a project by name: one name for each, also for those whom the file does not name."""

from __future__ import annotations

from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import key_of
from pipeline.ingest.refi.elements import below, guid
from pipeline.ingest.refi.project import Project
from pipeline.records import MACHINE, Problem

_UNKNOWN = "unknown coder"


class Users:
    """Names by identifier.  Placeholders are numbered in the order in which they are met."""

    def __init__(self, project: Project) -> None:
        self._file = project.name
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        self._placeholders: list[str] = []
        self._doubles: list[str] = []
        self._machine: set[str] = set()
        self._nameless: set[str] = set()
        for user in below(project.root, "Users", "User"):
            self._add(guid(user), (user.get("name") or "").strip())
        creator = guid(project.root, "creatingUserGUID")
        self._creator = creator if creator and creator not in self._names and creator not in self._nameless else ""

    def is_machine(self, user: str) -> bool:
        """True if a user is this software itself."""
        return user in self._machine

    def name(self, user: str) -> str:
        """The name of a user; the same placeholder each time for one whom the file does not name."""
        if user not in self._names:
            self._names[user] = self._free(f"{_UNKNOWN} {len(self._placeholders) + 1}")
            self._placeholders.append(self._names[user])
        return self._names[user]

    def problems(self) -> tuple[Problem, ...]:
        """What was odd about the people who were met so far."""
        found = []
        if self._placeholders:
            told = f"the file does not name {many(len(self._placeholders), 'person', 'people')} who worked on it"
            todo = "Names stand in the list of users of the program that wrote the file."
            found.append(Problem(self._file, f"{told}; called here {shown(self._placeholders)}", todo))
        if self._creator and self._creator not in self._names:
            found.append(Problem(self._file, "the creator of the project is not among its users (unknown creator)"))
        if self._doubles:
            told = f"several users have one name; they were kept apart as {shown(self._doubles)}"
            found.append(Problem(self._file, told, "If they are one person, give them one user."))
        return tuple(found)

    def _add(self, own: str, name: str) -> None:
        if name == MACHINE:
            self._machine.add(own)
        if not name:
            self._nameless.add(own)
        elif own not in self._names:
            free = self._free(name)
            if free != name:
                self._doubles.append(free)
            self._names[own] = free

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while key_of(name) in self._taken:
            number += 1
            name = f"{wanted} ({number})"
        self._taken.add(key_of(name))
        return name
