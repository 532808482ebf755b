"""Which words before a colon are usually, and which are never, a speaker; in the languages of the studies we know."""

from __future__ import annotations


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(word.strip() for line in lines for word in line.split(","))


INTERVIEWER_WORDS = _listed(
    "interviewer, interviewers, int, intv, iv, i, q, moderator, moderators, mod, facilitator, fac, assistant",
    "co-moderator, comoderator, co-facilitator, note-taker, notetaker, observer, researcher",
    "interviewerin, moderatorin, entrevistador, entrevistadora, enquêteur, enquêtrice, intervieweur, intervieweuse",
    "intervistatore, intervistatrice, haastattelija, intervjuare",
)
PARTICIPANT_WORDS = _listed(
    "participant, participants, part, p, pt, respondent, respondents, resp, r, interviewee, interviewees, ip",
    "informant, b, befragte, befragter, tn, teilnehmer, teilnehmerin, proband, probandin, participante",
    "entrevistado, entrevistada, enquêté, enquêtée, répondant, répondante, intervistato, haastateltava",
)
# `Participants: four nurses` heads many a transcript; only if it comes again it is somebody, or some bodies, speaking.
PLURALS = _listed("participants, respondents, interviewees, interviewers, moderators")
# What programs call people whose names they do not know.
NEUTRAL_WORDS = _listed("speaker, unknown speaker, unidentified speaker, sprecher, sprecherin, locuteur, hablante")
# What stands before a colon in the head of a transcript.
HEADINGS = _listed(
    "topic, date, time, place, location, duration, length, subject, title, project, study, file, file name, filename",
    "interview, interview id, interview date, date of interview, transcript, transcription, transcribed, transcriber",
    "transcribed by, translated, translator, translated by, recording, recorded, recorded by, audio, language, id",
    "version, site, setting, age, gender, sex, occupation, group, number of participants, participants present",
    "field notes",
)
NEVER = HEADINGS | _listed(
    "note, notes, nb, n.b, question, questions, answer, answers, page, pages, section, example, examples, e.g, i.e, eg",
    "ie, source, url, http, https, ftp, mailto, www, email, e-mail, tel, phone, fax, step, steps, figure, table",
    "remark, remarks, comment, comments, summary, background, warning, important, ps, p.s, re, fwd, edit, update, task",
    "item, theme, code, memo, ok, okay, yes, yeah, no, so, well, and, but, or, because, first, second, third, finally",
    "conclusion, introduction, start of interview, end of interview",
)
NUMBERED_SPEAKERS = _listed("id, group, site")  # `ID:` is a heading, `id1:` is somebody
# `And then she said: ...` is talk about talk.
SAYING = _listed(
    "said, says, say, asked, ask, told, thought, think, like, is, was, were, are, this, that, these, those, following"
)
# What heads the columns of a transcript that is a table.
SPEAKER_HEADINGS = _listed(
    "speaker, speakers, speaker name, name, who, person, role, participant, sprecher, sprecherin"
)
TEXT_HEADINGS = _listed(
    "text, talk, speech, transcript, transcription, utterance, content, contents, said, inhalt, turn"
)
TIME_HEADINGS = _listed("time, times, timespan, time span, timestamp, time stamp, timecode, start, start time, zeit")
NUMBER_HEADINGS = _listed("no, no., nr, nr., number, #, line, row, id, turn no.")
TABLE_HEADINGS = SPEAKER_HEADINGS | TEXT_HEADINGS | TIME_HEADINGS | NUMBER_HEADINGS
