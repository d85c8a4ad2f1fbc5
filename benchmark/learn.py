#!/usr/bin/env python3
"""Learns the points of the words in rules/cues/*/tone.toml from labelled replies.

    python -m venv target/learn && target/learn/bin/pip install scikit-learn
    target/learn/bin/python benchmark/learn.py zh --fine CHATS.jsonl…

Each tone is a linear model (L2-regularised logistic regression, scikit-learn's liblinear) of what stands in a sentence:
runs of one to four Han characters, one to three English words, question and exclamation marks. Of a reply with a defect
only the sentence that sounds worst counts as one. The tones of one family share the words of `ill-tone`, which is learned
first, from all of them; to these each adds its own. The words with the most to say are kept (SHARED, OWN).

`least` is set by four-fold cross-validation, pairs kept whole, so that of replies which the model has not seen
* at most 1 % of the look-alikes of the rule's own pairs,
* at most 0.1 % of all other harmless replies, and
* at most one reply of the chats given by --fine
sound bad; for rules of severity `error` a quarter of that, and no chat at all. Chats given by --fine are real ones,
agents' turns taken to be in order: without them the models find fault with everyday speech.

Signs are the opposite, learned from whole replies: that one gives a reason or a way, that one takes a step. They only ever
silence a rule, and `least` is such that they silence at most SILENCED of its unseen defects.

The words of `tone.toml` are replaced, the rest of the file stays: a tone is learned where its cue stands in the file. Sets
in HELD_OUT are never learned from.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import re
import tomllib

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

HOME = pathlib.Path(__file__).resolve().parent
RULES = HOME.parent / "rules"
HELD_OUT = {"sixth", "seventh", "eighth", "ninth"}

SHARED, OWN, ALONE = 3000, 600, 1200  # words of the family, of each tone beside them, of a tone without a family
FOLDS = 4
SCALE = 20  # points for a coefficient of one
MARGIN = 6  # points above the loudest harmless reply

FAMILY = "ill-tone"
# The rule that each tone is learned for.
TONES = {
    "sounds-dismissive": "conduct/dismissive-wording",
    "sounds-blaming": "conduct/blames-customer",
    "sounds-mocking": "conduct/sarcastic-question",
    "sounds-commanding": "conduct/commanding-tone",
    "sounds-insulting": "conduct/abusive-wording",
    "sounds-evasive": "conduct/passes-the-buck",
    "sounds-pressing": "conduct/presses-payment",
    "sounds-slanderous": "conduct/disparages-rivals",
    "sounds-grovelling": "conduct/grovelling",
    "sounds-liable": "conduct/admits-everything",
    "sounds-leaking": "compliance/leaks-other-order",
    "sounds-steering": "compliance/steers-customer",
    "sounds-boastful": "compliance/superlative-claim",
    "sounds-off-the-record": "promise/beyond-authority",
}
RELATIVES = list(TONES)[:8]
# Signs that a reply has what these duties ask for.
SIGNS = {
    "sounds-explained": ["duty/bare-refusal"],
    "sounds-helpful": ["duty/missing-next-step", "duty/apology-without-remedy"],
}
SILENCED = 0.07
SOME = 20  # fewest points of a sign: silence is none
# Severity `error`: one false alarm costs more than all that is found.
STRICT = {"conduct/abusive-wording", "compliance/leaks-other-order"}
# A defect of one of these often is one of the others, too: it says nothing against them.
KIN = [
    {"conduct/dismissive-wording", "conduct/commanding-tone", "conduct/passes-the-buck", "conduct/blames-customer",
     "conduct/sarcastic-question", "conduct/abusive-wording", "conduct/presses-payment"},
    {"conduct/dismissive-wording", "conduct/passes-the-buck", "duty/bare-refusal", "duty/closes-unresolved"},
    {"conduct/admits-everything", "conduct/grovelling", "promise/beyond-authority", "promise/absolute-promise"},
    {"compliance/superlative-claim", "promise/absolute-promise", "conduct/disparages-rivals"},
    {"conduct/grovelling", "compliance/solicits-praise", "compliance/steers-customer", "promise/beyond-authority"},
]


def folding():
    """What the program folds: width, case, Traditional to Simplified."""
    table = {0x3000: " ", 0xA0: " ", 0x2018: "'", 0x2019: "'"}
    table.update({code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)})
    section = (RULES / "language/han.txt").read_text("utf-8").split("[fold]\n")[1].split("\n[")[0]
    for line in section.splitlines():
        table.update({ord(line[at]): line[at + 1] for at in range(0, len(line) - 1, 2)})
    return table


FOLD = folding()
SENTENCE = re.compile(r"(?:[^。!?;\n….]|\.(?=[a-z0-9./]))+[。!?;\n….]*")
TOKEN = re.compile(r"[\u3400-\u9fff]+|[a-z']+|\S")


def sentences(text):
    found = [part.strip() for part in SENTENCE.findall(text.lower().translate(FOLD))]
    return [part for part in found if re.search(r"\w", part)]


def features(sentence):
    """What may have points: masks of names (某, ○) are how examples are written, not how people sound."""
    found, words = set(), []
    for token in TOKEN.findall(sentence):
        if "\u3400" <= token[0] <= "\u9fff":
            found.update(token[at : at + n] for n in (1, 2, 3, 4) for at in range(len(token) - n + 1))
            words.append(None)
        elif token[0].isalpha() or token[0] == "'":
            words.append(token)
        else:
            found.update(token if token in "!?" else "")
            words.append(None)
    for n in (1, 2, 3):
        runs = (words[at : at + n] for at in range(len(words) - n + 1))
        found.update(" ".join(run) for run in runs if all(run))
    return [each for each in found if not set(each) & set("某○◯")]


Reply = collections.namedtuple("Reply", "rule bad text pair house")


def replies(lang):
    """Labelled replies of this language: the sets of pairs, and the examples of the rules, which must come out right."""
    chinese = lang == "zh"
    for line in (HOME / "practice" / f"{lang}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for kind in ("bad", "good"):
            if kind in row:
                yield Reply(row["rule"], kind == "bad", row[kind], row["good"], False)
    for path in sorted(HOME.glob("*/*.jsonl")):
        if path.parent.name in HELD_OUT | {"practice"}:
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            said = [turn["text"] for turn in row["turns"] if turn["role"] == "agent"]
            if said and row["lang"].startswith("zh") == chinese and row["rule"].split("/")[0] not in ("template", "wording"):
                yield Reply(row["rule"], row["expect"], said[-1], row["pair"], False)
    for path in sorted([*RULES.glob("*.toml"), *RULES.glob("industry/*/*.toml")]):
        for name, rule in tomllib.loads(path.read_text("utf-8")).get("rule", {}).items():
            for kind in ("bad", "good"):
                for number, example in enumerate(rule.get(kind, [])):
                    text = (example.get("reply") or "").translate({ord("⟦"): None, ord("⟧"): None})
                    if text and bool(re.search("[\u3400-\u9fff]", text)) == chinese:
                        pair = f"{path.stem}/{name}/{kind}/{number}"
                        yield Reply(f"{path.stem}/{name}", kind == "bad", text, pair, True)
    for path in sorted((HOME.parent / "templates").glob("*/*.md")):
        if path.stem.startswith("zh") == chinese:
            yield Reply("template", False, path.read_text("utf-8").split("+++")[-1], str(path), True)


class Data:
    """All sentences with what stands in them."""

    def __init__(self, lang, chats):
        rows = list(replies(lang))
        for path in chats:
            for number, line in enumerate(open(path, encoding="utf-8")):
                for turn in json.loads(line)["turns"]:
                    if turn["role"] == "agent":
                        rows.append(Reply("chat", False, turn["text"], f"{path}:{number}", False))
        parts = [(features(part), number) for number, row in enumerate(rows) for part in sentences(row.text)]
        seen = collections.Counter(each for found, _ in parts for each in found)
        self.words = sorted(each for each, times in seen.items() if times >= 3)
        place = {each: number for number, each in enumerate(self.words)}
        columns = [[place[each] for each in found if each in place] for found, _ in parts]
        ends = np.cumsum([0] + [len(found) for found in columns])
        shape = (len(parts), len(self.words))
        self.held = sparse.csr_matrix((np.ones(ends[-1]), np.concatenate(columns).astype(int), ends), shape=shape)
        self.reply = np.array([number for _, number in parts])
        self.rows, self.bad = rows, np.array([row.bad for row in rows])
        self.rule = np.array([row.rule for row in rows])
        self.house = np.array([row.house for row in rows])
        fold = lambda row: int(hashlib.md5(row.pair.encode()).hexdigest(), 16) % FOLDS
        self.fold = np.array([fold(row) for row in rows])

    def worst(self, points):
        """The points of each reply: those of the sentence that sounds worst."""
        most = np.full(len(self.rows), -np.inf)
        np.maximum.at(most, self.reply, self.held @ points)
        return most


def fit(held, bad, weight, reply, strength):
    """A model in which of every bad reply only the sentence that sounds worst is bad."""
    keep = np.ones(len(bad), bool)
    for _ in range(4):
        model = LogisticRegression(solver="liblinear", C=strength, max_iter=300)
        model.fit(held[keep], bad[keep], sample_weight=weight[keep])
        score = model.decision_function(held)
        worst = {}
        for at in np.flatnonzero(bad):
            if reply[at] not in worst or score[at] > score[worst[reply[at]]]:
                worst[reply[at]] = at
        keep = ~bad
        keep[list(worst.values())] = True
    return model.coef_[0], model.intercept_[0]


def telling(held, weights, number):
    """The words with the most to say: far from zero, and often there."""
    return np.argsort(-np.abs(weights) * np.sqrt(np.asarray(held.sum(0)).ravel()))[:number]


def whole(weights):
    return np.clip(np.round(weights * SCALE), -100, 100)


def family(data, train):
    """Points of the words that the tones of the family share."""
    rules = [TONES[name] for name in RELATIVES]
    bad, kin = data.bad[data.reply], np.isin(data.rule, rules)[data.reply]
    use = train & (~bad | kin)
    held, bad, reply = data.held[use], bad[use], data.reply[use]
    weight = np.where(data.house[reply] & ~bad, 3.0, 1.0)
    kept = telling(held, fit(held, bad, weight, reply, 1)[0], SHARED)
    points = np.zeros(data.held.shape[1])
    points[kept] = fit(held[:, kept], bad, weight, reply, 1)[0]
    return points


def tone(data, train, rule, shared):
    """Points of a tone's own words, and the points at which a sentence is as likely bad as not."""
    kin = set().union(*(each for each in KIN if rule in each)) - {rule}
    of = data.rule[data.reply]
    use = train & ~(data.bad[data.reply] & np.isin(of, list(kin)))
    held, reply, of = data.held[use], data.reply[use], of[use]
    defect = data.bad[reply]
    bad = defect & (of == rule)
    weight = np.where(defect & ~bad, 0.5, np.where(of == rule, 1.5, 1.0))
    weight = np.where(bad, 1.0, np.where(data.house[reply] & ~defect, 3.0, weight))
    beside = lambda held, all_held: held
    if shared is not None:
        beside = lambda held, all_held: sparse.hstack([held, sparse.csr_matrix((all_held @ shared * 0.5)[:, None])]).tocsr()
    first = fit(beside(held, held), bad, weight, reply, 0.5)[0][: held.shape[1]]
    kept = telling(held, first, ALONE if shared is None else OWN)
    weights, bias = fit(beside(held[:, kept], held), bad, weight, reply, 0.5)
    # The shared words count once: what is added to them is in proportion.
    unit = 1.0 if shared is None else weights[-1] * 0.5
    own = np.zeros(data.held.shape[1])
    own[kept] = weights[: len(kept)]
    return whole(own / unit), -bias / unit * SCALE


def learn(data, names):
    """For each tone its own points and its `least`; the points of the family."""
    everything = np.ones(len(data.reply), bool)
    folds = [data.fold[data.reply] != fold for fold in range(FOLDS)]
    related = [name for name in names if name in RELATIVES]
    parts = [family(data, train) for train in [*folds, everything]] if related else [None] * (FOLDS + 1)
    learned = {}
    for name in names:
        rule, shared = TONES[name], name in RELATIVES
        unseen = np.full(len(data.rows), -np.inf)
        for number, train in enumerate(folds):
            own, even = tone(data, train, rule, parts[number] if shared else None)
            points = own + (whole(parts[number]) if shared else 0)
            there = data.fold == number
            unseen[there] = data.worst(points)[there] - even
        own, even = tone(data, everything, rule, parts[-1] if shared else None)
        seen = data.worst(own + (whole(parts[-1]) if shared else 0)) - even
        mine = data.rule == rule
        groups = [(mine & ~data.bad, 0.01), (~mine & ~data.bad & (data.rule != "chat"), 0.001)]
        strict = rule in STRICT
        limits = [allowed(unseen[where], int(where.sum() * share / (4 if strict else 1))) for where, share in groups]
        chat = data.rule == "chat"
        limits.append(allowed(unseen[chat], 0 if strict else 1))
        limits.append(allowed(seen[chat | (data.house & ~data.bad)], 0) + MARGIN)
        limit = max(limits)
        found = int((unseen[mine & data.bad] > limit).sum())
        alarms = [int((unseen[where] > limit).sum()) for where in (groups[0][0], groups[1][0], chat)]
        print(f"{name}: {found} of {int((mine & data.bad).sum())} unseen defects; false: look-alikes {alarms[0]},"
              f" other replies {alarms[1]}, chats {alarms[2]}", flush=True)
        learned[name] = (own, int(np.ceil(limit + even)))
    return learned, None if not related else whole(parts[-1])


def learn_signs(data, names, chinese):
    """For each sign its points and its `least`."""
    of = sparse.csr_matrix((np.ones(len(data.reply)), (data.reply, range(len(data.reply)))))
    said = ((of @ data.held) > 0).astype(float)
    learned = {}
    for name in names:
        mine = np.isin(data.rule, SIGNS[name])
        use = np.flatnonzero((mine & (data.bad | ~data.house)) | ((data.rule == "fine") & ~data.bad))
        held, good, fold = said[use], ~data.bad[use], data.fold[use]
        model = LogisticRegression(solver="liblinear", C=0.5, class_weight="balanced", max_iter=300)
        # A sign in one language must not be seen in another.
        foreign = np.array([chinese and word.isascii() for word in data.words])
        kept = telling(held, np.where(foreign, 0, model.fit(held, good).coef_[0]), ALONE)
        held = held[:, kept]
        unseen = np.zeros(len(use))
        for number in range(FOLDS):
            train = fold != number
            model.fit(held[train], good[train])
            unseen[~train] = held[~train] @ whole(model.coef_[0]) + model.intercept_[0] * SCALE
        model.fit(held, good)
        points, even = np.zeros(data.held.shape[1]), -model.intercept_[0] * SCALE
        points[kept] = whole(model.coef_[0])
        ours = said[np.flatnonzero(mine & data.bad & data.house)] @ points - even
        limit = max(allowed(unseen[~good], int((~good).sum() * SILENCED)), allowed(ours, 0) + MARGIN, SOME - even)
        print(f"{name}: silences {int((unseen[~good] > limit).sum())} of {int((~good).sum())} unseen defects,"
              f" {int((unseen[good] > limit).sum())} of {int(good.sum())} replies that are in order", flush=True)
        learned[name] = (points, int(np.ceil(limit + even)))
    return learned


def allowed(scores, number):
    """The score that so many are above."""
    return np.sort(scores)[-number - 1] if len(scores) > number else -np.inf


def write(path, words, learned, shared):
    """Replaces the words of each cue in the file, and what they must come to."""
    text = path.read_text("utf-8")
    for name, (points, least) in [*learned.items(), *([(FAMILY, (shared, 80))] if shared is not None else [])]:
        lists = collections.defaultdict(list)
        for at in np.flatnonzero(points):
            lists[int(points[at])].append(words[at])
        lines = [f"  [{each}, {json.dumps(sorted(found), ensure_ascii=False)}]," for each, found in sorted(lists.items(), reverse=True)]
        start = text.index(f"[cue.{name}]\n")
        head = re.compile(r"weigh\.least = \d+").search(text, start)
        text = text[: head.start()] + f"weigh.least = {least}" + text[head.end() :]
        first = text.index("weigh.words = [\n", start) + len("weigh.words = [\n")
        last = text.index("]\n", first) if text[first] == "]" else text.index("\n]\n", first) + 1
        text = text[:first] + "\n".join(lines) + "\n" + text[last:]
    path.write_text(text, "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lang", choices=["zh", "en"])
    parser.add_argument("--fine", nargs="*", default=[], metavar="CHATS", help="conversations, JSON lines, taken to be in order")
    options = parser.parse_args()
    path = RULES / "cues" / options.lang / "tone.toml"
    present = lambda names: [name for name in names if f"[cue.{name}]" in path.read_text("utf-8")]
    data = Data(options.lang, options.fine)
    print(f"{len(data.rows)} replies, {len(data.words)} words")
    learned, shared = learn(data, present(TONES))
    write(path, data.words, {**learned, **learn_signs(data, present(SIGNS), options.lang == "zh")}, shared)


if __name__ == "__main__":
    main()
