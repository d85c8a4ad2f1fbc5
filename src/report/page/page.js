"use strict";
// Everything that comes from a transcript goes into the page as text: by `h`, never as markup.
const D = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

function h(kind, attributes, ...children) {
  const [tag, ...classes] = kind.split(".");
  const drawn = ["svg", "path", "line", "rect", "circle", "text", "polyline"].includes(tag);
  const node = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "click") node.addEventListener("click", value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

function say(key, values) {
  let text = D.words[key] || key;
  for (const [name, value] of Object.entries(values || {})) text = text.split("{" + name + "}").join(value);
  return text;
}

const number = (value) => value.toLocaleString(D.locale);
const percent = (value) => value === null || value === undefined ? "–" : (100 * value).toFixed(1) + " %";
const points = (value) => value === null || value === undefined ? "–" : Number(value.toFixed(1)).toLocaleString(D.locale);
const name = (group) => group.name === null || group.name === undefined ? say("nobody") : group.name;
const message = (rule) => (D.rules[rule] || {}).title || rule;
/// A figure of a scorecard: with the card's title where there is another one.
const ofCard = (label, card) => Object.keys(D.whole.scores).length > 1 ? say("of-card", { label, card: D.cards[card] || card }) : label;

/// The 95 % interval of a share (Wilson), for figures that are added up here.
function wilson(hits, n) {
  if (!n) return { hits, n, rate: null, low: 0, high: 1 };
  const z = 1.959964, p = hits / n, d = 1 + z * z / n;
  const middle = (p + z * z / (2 * n)) / d;
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d;
  return { hits, n, rate: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const interval = (share) => share.n ? say("interval", { low: percent(share.low), high: percent(share.high), n: number(share.n) }) : "–";

function card(label, value, note) {
  return h("div.card", {}, h("span.name", {}, label), h("b", {}, value), note ? h("span.soft", {}, note) : null);
}

// Of somebody's conversations, how many were judged.
function covered(group) {
  const { judged, skipped } = group.covered || {};
  if (!(judged + skipped)) return null;
  return { rate: percent(judged / (judged + skipped)), note: say("coverage-note", { audited: number(judged), read: number(judged + skipped) }) };
}

function cards() {
  const { whole, input } = D;
  const list = [];
  if (input.read) {
    list.push(card(say("coverage"), percent(input.audited / input.read), say("coverage-note", { audited: number(input.audited), read: number(input.read) })));
  } else {
    list.push(card(say("cases"), number(whole.cases)));
    const own = covered(whole);
    if (own) list.push(card(say("coverage"), own.rate, own.note));
  }
  list.push(card(say("flagged"), percent(whole.flagged.rate), interval(whole.flagged)));
  list.push(card(say("errors"), percent(whole.errors.rate), interval(whole.errors)));
  for (const score of whole.scores) {
    if (score.mean === null || score.mean === undefined) continue;
    const named = (key) => ofCard(say(key), score.scorecard);
    list.push(card(say("mean", { card: D.cards[score.scorecard] || score.scorecard }), points(score.mean), score.low === null || score.low === undefined ? "" : points(score.low) + " – " + points(score.high)));
    if (score.passed) list.push(card(named("passed"), percent(score.passed.rate), interval(score.passed)));
    if (score.excellent) list.push(card(named("excellent"), percent(score.excellent.rate), interval(score.excellent)));
    if (score.redLines) {
      const confirmed = score.redLinesConfirmed ? score.redLinesConfirmed.hits : 0;
      list.push(card(named("red-lines"), percent(score.redLines.rate), interval(score.redLines) + " · " + say("fatal-note", { suspected: number(score.redLines.hits - confirmed), confirmed: number(confirmed) })));
    }
    if (score.otherErrors) list.push(card(named("other-errors"), percent(score.otherErrors.rate), interval(score.otherErrors)));
  }
  if (D.promises) {
    const { kept, lasting } = D.promises.counts;
    list.push(card(say("kept"), percent(kept.rate), say("kept-note", { interval: interval(kept), unknown: number(lasting.unknown) })));
  }
  return h("div.cards", {}, list);
}

/// What can be followed from period to period.
function metrics() {
  const list = [{ label: say("flagged"), of: (one) => one.flagged }, { label: say("errors"), of: (one) => one.errors }];
  for (const { scorecard } of D.whole.scores) {
    for (const [field, key] of [["passed", "passed"], ["excellent", "excellent"], ["redLines", "red-lines"], ["redLinesConfirmed", "red-lines-confirmed"], ["otherErrors", "other-errors"]]) {
      list.push({ label: ofCard(say(key), scorecard), of: (one) => (one.scores[scorecard] || {})[field] });
    }
  }
  return list.filter((metric) => D.periods.month.some(metric.of));
}

function trend() {
  const lengths = ["day", "week", "month"].filter((by) => D.periods[by].length);
  if (!lengths.some((by) => D.periods[by].length > 1)) return null;
  const all = metrics();
  const place = h("div", {});
  const state = { by: D.periods.day.length > 120 ? "month" : D.periods.day.length > 45 ? "week" : lengths[0], metric: 0, at: null };
  const tabs = lengths.map((by) => h("button", { click: () => { state.by = by; state.at = null; show(); }, "data-by": by }, say("by-" + by)));
  const select = (label, options, value, choose) => {
    const node = h("select", { "aria-label": label }, options.map(([key, told]) => h("option", { value: key }, told)));
    node.value = value;
    node.addEventListener("change", () => { choose(node.value); show(); });
    return h("label.soft", {}, label + " ", node);
  };
  function show() {
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", tab.getAttribute("data-by") === state.by));
    const list = D.periods[state.by];
    const at = list.findIndex((one) => one.at === state.at);
    const index = at < 0 ? list.length - 1 : at;
    const metric = all[state.metric];
    place.replaceChildren(
      h("div.filters", {}, select(say("metric"), all.map((one, number) => [number, one.label]), state.metric, (value) => { state.metric = Number(value); }),
        select(say("period"), list.map((one) => [one.at, one.at]).reverse(), list[index].at, (value) => { state.at = value; })),
      chart(list.map((one) => ({ at: one.at, share: metric.of(one) || wilson(0, 0) })), metric.label),
      compared(all, list[index], list[index - 1]));
  }
  show();
  return h("section", { id: "trend" }, h("div.tabs", {}, tabs), h("h2", {}, say("trend")), place);
}

/// All figures of a period beside those of the one before, and what cost most points. Where the rules have changed in
/// between, nothing may be compared.
function compared(all, now, before) {
  const same = D.rulebooks.length === 1;
  const old = same ? before : undefined;
  const cell = (share) => h("td.number", { title: share ? interval(share) : "" }, share ? percent(share.rate) : "–");
  const change = (one, other) => {
    if (!one || !other || one.rate === null || other.rate === null) return h("td.number", {}, "–");
    const step = Number((100 * (one.rate - other.rate)).toFixed(1)), told = (step > 0 ? "+" : "") + points(step);
    const sure = one.low > other.high || one.high < other.low;
    return h("td.number", { title: say(sure ? "change-sure" : "change-unsure") }, sure ? h("strong", {}, told + " *") : told);
  };
  const head = (names) => h("thead", {}, h("tr", {}, names.map((name, at) => h(at ? "th.number" : "th", {}, name))));
  const figures = h("table", {}, head([say("metric"), now.at, old ? old.at : say("period-before"), say("change")]),
    h("tbody", {}, h("tr", {}, h("td", {}, say("cases")), h("td.number", {}, number(now.cases)), h("td.number", {}, old ? number(old.cases) : "–"), h("td.number", {}, "–")),
      all.map((metric) => h("tr", {}, h("td", {}, metric.label), cell(metric.of(now)), cell(old && metric.of(old)), change(metric.of(now), old && metric.of(old))))));
  const cost = (one, item) => { const found = one && one.items.find((other) => other.item === item); return found ? points(found.points) : "–"; };
  const items = h("table", {}, head([say("top-deductions"), now.at, old ? old.at : say("period-before")]),
    h("tbody", {}, now.items.slice(0, 5).map((item) => h("tr", {}, h("td", {}, D.items[item.item] || item.item), h("td.number", {}, points(item.points)), h("td.number", {}, cost(old, item.item))))));
  return h("div", {}, h("div.two", {}, h("div.scroll", { id: "compared" }, figures), now.items.length ? h("div.scroll", {}, items) : null),
    h("p.soft", {}, say(same ? "change-told" : "other-rules")));
}

function chart(list, label) {
  const width = 720, height = 200, left = 44, right = 10, top = 10, bottom = 26;
  // A period without cases has no rate, and no place in the line.
  const known = list.map((one, index) => ({ share: one.share, index })).filter((one) => one.share.n);
  const most = Math.min(1, Math.max(0.05, ...known.map((one) => one.share.high)) * 1.05);
  const x = (index) => left + (width - left - right) * (list.length > 1 ? index / (list.length - 1) : 0.5);
  const y = (value) => top + (height - top - bottom) * (1 - value / most);
  const at = (part) => known.map((one) => x(one.index).toFixed(1) + "," + y(one.share[part]).toFixed(1));
  const line = at("rate"), band = at("high").concat(at("low").reverse());
  const figure = h("svg.chart", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": label });
  for (const part of [0, 0.5, 1]) {
    figure.append(h("line.grid", { x1: left, x2: width - right, y1: y(most * part), y2: y(most * part) }),
      h("text", { x: left - 8, y: y(most * part) + 4, "text-anchor": "end" }, (100 * most * part).toFixed(most < 0.1 ? 1 : 0) + "%"));
  }
  if (line.length) figure.append(h("path.band", { d: "M" + band.join("L") + "Z" }), h("polyline.line", { points: line.join(" ") }));
  const step = Math.ceil(list.length / 8);
  list.forEach((one, index) => {
    if (one.share.n) {
      const told = h("circle.dot", { cx: x(index), cy: y(one.share.rate), r: list.length > 60 ? 1.5 : 3.5 });
      const title = document.createElementNS(SVG, "title");
      title.textContent = one.at + ": " + percent(one.share.rate) + " (" + interval(one.share) + ")";
      told.append(title);
      figure.append(told);
    }
    // A label at either end stays inside of the picture.
    const anchor = list.length > 1 && index === list.length - 1 ? "end" : "middle";
    if (index % step === 0) figure.append(h("text", { x: x(index), y: height - 6, "text-anchor": anchor }, one.at.length > 7 ? one.at.slice(5) : one.at));
  });
  return figure;
}

function rules() {
  const list = D.whole.rules.filter((rule) => rule.findings).slice(0, 12);
  if (!list.length) return h("section", {}, h("h2", {}, say("rules")), h("p.soft", {}, say("clean")));
  const most = Math.max(...list.map((rule) => rule.cases.hits));
  return h("section", {}, h("h2", {}, say("rules")), list.map((rule) => h("button.row", { click: () => filter({ rule: rule.rule }), "data-rule": rule.rule },
    h("span.label", {}, h("span.tag." + rule.severity, {}, say(rule.severity)), message(rule.rule)),
    h("span.value", { title: interval(rule.cases) }, number(rule.cases.hits) + " · " + percent(rule.cases.rate)),
    h("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none" }, h("rect.track", { width: 100, height: 8, rx: 2 }),
      h("rect.bar." + rule.severity, { width: (100 * rule.cases.hits / most).toFixed(2), height: 8, rx: 2 })))));
}

function whisker(share, most) {
  const x = (value) => (2 + 96 * Math.min(1, value / most)).toFixed(2);
  return h("svg", { viewBox: "0 0 100 18", preserveAspectRatio: "none", role: "img", "aria-label": interval(share) },
    h("rect.track", { y: 8, width: 100, height: 2 }), share.n ? h("line.whisker", { x1: x(share.low), x2: x(share.high), y1: 9, y2: 9 }) : null,
    share.n ? h("rect.bar", { x: x(share.rate) - 1, y: 3, width: 2, height: 12 }) : null);
}

function groups(title, list, field) {
  const known = list.filter((group) => group.cases);
  if (!known.length || (known.length === 1 && known[0].name === null)) return null;
  let all = known.length <= 20;
  const most = Math.max(0.05, ...known.map((group) => group.flagged.high));
  const sorted = [...known].sort((a, b) => (a.rank || 1e9) - (b.rank || 1e9) || (a.flagged.rate || 0) - (b.flagged.rate || 0));
  const cards = D.whole.scores.map((score) => score.scorecard);
  const mean = (group, id) => { const own = group.scores.find((score) => score.scorecard === id); return own ? points(own.mean) : "–"; };
  const body = h("tbody", {});
  const more = h("button", { click: () => { all = true; fill(); } }, say("more", { count: number(known.length) }));
  function fill() {
    body.replaceChildren(...sorted.slice(0, all ? sorted.length : 20).map((group) => h("tr", {},
      h("td", {}, h("button", { click: () => filter({ [field]: group.name === null ? "" : group.name }) }, name(group))),
      h("td.number", {}, number(group.cases)),
      h("td.number", { title: (covered(group) || {}).note }, (covered(group) || { rate: "–" }).rate),
      h("td.number", {}, percent(group.flagged.rate)),
      h("td", {}, whisker(group.flagged, most)),
      cards.map((id) => h("td.number", {}, mean(group, id))),
      h("td.number", {}, group.rank ? number(group.rank) : "–"))));
    more.hidden = all;
  }
  fill();
  return h("section", {}, h("h2", {}, title), h("div.scroll", {}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, say("name")),
    h("th.number", {}, say("cases")), h("th.number", {}, say("coverage")), h("th.number", {}, say("flagged")), h("th", {}, say("range")),
    cards.map((id) => h("th.number", {}, ofCard(say("score"), id))), h("th.number", { title: say("rank-note") }, say("rank")))), body)), more, h("p.soft", {}, say("rank-note", { least: number(D.least) })));
}

function topics() {
  const list = Object.entries(D.whole.topics || {}).sort((a, b) => b[1] - a[1]);
  if (!list.length) return null;
  const most = list[0][1];
  return h("section", {}, h("h2", {}, say("topics")), list.map(([topic, count]) => h("div.row", {},
    h("span.label", {}, say("topic-" + topic)), h("span.value", {}, number(count) + " · " + percent(count / D.whole.cases)),
    h("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none" }, h("rect.track", { width: 100, height: 8, rx: 2 }), h("rect.bar", { width: (100 * count / most).toFixed(2), height: 8, rx: 2 })))));
}

function complaintWords() {
  const told = D.complaintWords;
  if (!told || !told.words.length) return null;
  return h("section", {}, h("h2", {}, say("topic-words")), h("p.words", {}, told.words.slice(0, 40).map((one) => h("span.word", {},
    one.word, h("span.soft", {}, " " + number(one.conversations) + " · " + percent(one.conversations / told.conversations)))), " "));
}

function review() {
  const told = D.review;
  if (!told) return null;
  const row = (name, share) => share ? h("tr", {}, h("td", {}, name), h("td.number", {}, number(share.hits) + " / " + number(share.n)), h("td.number", {}, percent(share.rate))) : null;
  const wrong = Object.entries(told.errors || {}).sort((a, b) => b[1].rate - a[1].rate || b[1].n - a[1].n);
  return h("section", { id: "review" }, h("h2", {}, say("review")), h("p.soft", {}, say("review-note", { reviewed: number(told.reviewed), decided: number(told.decided) })),
    h("div.scroll", {}, h("table", {}, h("tbody", {}, row(say("appeals"), told.appeals), row(say("successes"), told.successes)))),
    wrong.length ? h("div.scroll", {}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, say("rules")), h("th", {}), h("th.number", {}, say("wrong-rate")))), h("tbody", {}, wrong.map(([rule, share]) => row(message(rule), share))))) : null);
}

function deductions() {
  const list = D.whole.scores.flatMap((score) => score.items.filter((item) => item.points < 0).slice(0, 10).map((item) => ({ ...item, card: score.scorecard })));
  if (!list.length) return null;
  return h("section", {}, h("h2", {}, say("deductions")), h("div.scroll", {}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, say("item")),
    h("th.number", {}, say("points")), h("th.number", {}, say("cases")))), h("tbody", {}, list.slice(0, 12).map((item) => h("tr", {},
    h("td", {}, D.items[item.card + "/" + item.item] || item.item), h("td.number", {}, points(item.points)), h("td.number", {}, number(item.cases.hits) + " · " + percent(item.cases.rate))))))));
}

function promises() {
  if (!D.promises) return null;
  const { counts, rows } = D.promises;
  const told = (of, outcomes) => outcomes.map((outcome) => h("span.tag." + outcome, {}, say("outcome-" + outcome) + " " + number(of[outcome])));
  return h("section", { id: "promises" }, h("h2", {}, say("promises")), h("p", {}, say("promises-lasting") + " ", told(counts.lasting, ["kept", "late", "broken", "open", "unknown"])),
    h("p", {}, say("promises-chat") + " ", told(counts.inChat, ["kept", "unknown"])), h("p.soft", {}, say("promises-note")), !rows.length ? null : h("div.scroll", {}, h("table", {}, h("thead", {}, h("tr", {},
    ["outcome", "agent", "quote", "due", "evidence"].map((column) => h("th", {}, say(column))))), h("tbody", {}, rows.map((row) => h("tr", {},
    h("td", {}, h("span.tag." + row.outcome, {}, say("outcome-" + row.outcome))), h("td", {}, row.agent || "–"), h("td", {}, row.quote),
    h("td.number", {}, (row.dueAt || "–").slice(0, 16).replace("T", " ")), h("td", {}, row.evidence || "–")))))),
    D.promises.left ? h("p.soft", {}, say("promises-left", { count: number(D.promises.left) })) : null);
}

// ---- the conversations ---------------------------------------------------------------------------------------------

const asked = { agent: null, team: null, channel: null, rule: null, severity: null, words: "" };
let shown = 40;
const list = h("div", { id: "list" });
const bar = h("div.filters.noprint", {});
const heading = h("h2", {});

function filter(change) {
  Object.assign(asked, change);
  shown = 40;
  fill();
  document.getElementById("conversations").scrollIntoView();
}

function fits(one) {
  const own = (value, wanted) => wanted === null || (value || "") === wanted;
  const agents = [one.agent || "", ...one.findings.map((found) => found.agent || "")];
  return (asked.agent === null || agents.includes(asked.agent)) && own(one.team, asked.team) && own(one.channel, asked.channel)
    && (asked.rule === null || one.findings.some((found) => found.rule === asked.rule))
    && (asked.severity === null || one.findings.some((found) => found.severity === asked.severity))
    && (!asked.words || [one.id, ...one.findings.map((found) => found.quote)].some((text) => (text || "").includes(asked.words)));
}

function fill() {
  const found = D.conversations.filter(fits);
  heading.textContent = say("conversations", { shown: number(found.length), all: number(D.left.all) });
  const chosen = (field, label, values, told) => {
    if (values.length < 2 && asked[field] === null) return null;
    const options = [h("option", { value: "" }, label), ...values.map((value) => h("option", { value: "=" + value }, told ? told(value) : value || say("nobody")))];
    const select = h("select", { "aria-label": label }, options);
    select.value = asked[field] === null ? "" : "=" + asked[field];
    select.addEventListener("change", () => { asked[field] = select.value ? select.value.slice(1) : null; shown = 40; fill(); });
    return select;
  };
  const values = (pick) => [...new Set(D.conversations.flatMap(pick))].sort();
  const words = h("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), value: asked.words });
  words.addEventListener("change", () => { asked.words = words.value; shown = 40; fill(); });
  bar.replaceChildren(...[
    chosen("agent", say("all-agents"), values((one) => [one.agent || ""])),
    chosen("team", say("all-teams"), values((one) => [one.team || ""])),
    chosen("channel", say("all-channels"), values((one) => [one.channel || ""])),
    chosen("rule", say("all-rules"), values((one) => one.findings.map((found) => found.rule)), message),
    chosen("severity", say("all-severities"), ["error", "warning", "advice"], say),
    words,
  ].filter(Boolean));
  list.replaceChildren(...found.slice(0, shown).map((one) => h("button.talk", { click: () => { location.hash = "c" + one.n; }, "data-conversation": one.n },
    h("span.who", {}, h("strong", {}, one.id || say("untitled", { number: number(one.n + 1) })), h("span.soft", {}, [one.agent, one.team, one.day].filter(Boolean).join(" · ")),
      one.why === "sample" ? h("span.soft", {}, say("sampled")) : null, one.score === null || one.score === undefined ? null : h("span.soft", {}, ofCard(say("score"), one.scores.length ? one.scores[0].card : "") + " " + points(one.score))),
    one.findings.slice(0, 2).map((found) => h("div.words", {}, h("span.tag." + found.severity, {}, say(found.severity)), found.before, h("mark." + found.severity, {}, found.quote), found.after)))),
    found.length > shown ? h("button", { click: () => { shown += 100; fill(); } }, say("more", { count: number(found.length) })) : "");
}

function conversations() {
  fill();
  return h("section", { id: "conversations" }, heading, h("p.soft", {}, say("left-out", { shown: number(D.conversations.length), all: number(D.left.all), worst: number(D.left.worst), sampled: number(D.left.sampled) })), bar, list);
}

const dialog = h("dialog", {});
dialog.addEventListener("close", () => { if (location.hash) history.replaceState(null, "", location.pathname + location.search); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

/// Which items a finding cost or won points in.
function cost(one, place) {
  const items = one.scores.flatMap((score) => score.items.filter((item) => item.findings.includes(place)).map((item) => ({ ...item, card: score.card })));
  return items.map((item) => h("div.soft.cost", {}, [(D.items[item.card + "/" + item.item] || item.item), points(item.points), item.hits > 1 ? "×" + number(item.hits) : ""].filter(Boolean).join(" ")));
}

/// What a score is made of: a line for each scorecard and agent.
function made(one) {
  const list = one.scores.filter((score) => score.percent !== null && score.percent !== undefined);
  if (!list.length) return null;
  return h("div.made", {}, list.map((score) => h("div", {}, h("strong", {}, (D.cards[score.card] || score.card) + " " + points(score.percent)), h("span.soft", {}, [
    one.scores.length > 1 ? score.agent : null,
    ...score.items.map((item) => (D.items[score.card + "/" + item.item] || item.item) + " " + points(item.points)),
    score.human ? say("human", { points: points(score.human) }) : null,
  ].filter(Boolean).map((part) => " · " + part).join("")))));
}

function note(found, one) {
  return h("div.note." + found.severity, {}, h("div", {}, h("span.tag." + found.severity, {}, say(found.severity)), found.message), cost(one, one.findings.indexOf(found)), found.help ? h("div.soft", {}, found.help) : null,
    found.review ? h("div.soft", {}, [say("final-" + (found.review.outcome === "suspected" && !found.review.appeal ? "accepted" : found.review.outcome)), found.review.reviewer, found.review.when, found.review.reason].filter(Boolean).join(" · ")) : null);
}

function open(one) {
  const turns = one.turns ? one.turns.map((turn, number) => [
    h("div.turn." + turn.role, {}, h("div.by", {}, [turn.name || say("role-" + turn.role), (turn.time || "").slice(0, 16).replace("T", " ")].filter(Boolean).join(" · ")),
      h("div.text", {}, turn.parts.map(([text, index]) => index < 0 ? text : h("mark." + one.findings[index].severity, { "data-mark": index }, text)))),
    one.findings.filter((found) => found.turn === number).map((found) => note(found, one)),
  ]) : one.findings.map((found) => [h("div.turn.agent", {}, h("div.text", {}, found.before, h("mark." + found.severity, { "data-mark": 0 }, found.quote), found.after)), note(found, one)]);
  dialog.replaceChildren(h("div.reader", {}, h("div.top", {}, h("div", {}, h("strong", {}, one.id || say("untitled", { number: number(one.n + 1) })),
    h("div.soft", {}, [one.agent, one.team, one.channel, one.day].filter(Boolean).join(" · "))), h("button", { click: () => dialog.close(), "aria-label": say("close") }, "✕")),
    made(one), one.turns ? null : h("p.soft", {}, say("no-text")), turns.flat(2), one.cut ? h("p.soft", {}, say("cut")) : null));
  if (!dialog.open) dialog.showModal();
  const mark = dialog.querySelector("mark");
  if (mark) mark.scrollIntoView({ block: "center" });
}

function route() {
  const wanted = /^#c(\d+)$/.exec(location.hash);
  const one = wanted && D.conversations.find((one) => one.n === Number(wanted[1]));
  if (one) open(one); else if (dialog.open) dialog.close();
}

/// What to go through: the gravest rules first, each once, from as many conversations as there are.
function chosen() {
  const weight = { error: 2, warning: 1 };
  const rules = new Map();
  for (const one of D.conversations) {
    for (const found of one.findings) {
      if (!weight[found.severity] || (found.review && found.review.outcome === "dismissed")) continue;
      if (!rules.has(found.rule)) rules.set(found.rule, []);
      rules.get(found.rule).push({ ...found, one });
    }
  }
  const all = (found) => (D.whole.rules.find((rule) => rule.rule === found[0].rule) || { findings: found.length }).findings;
  const order = [...rules.values()].sort((a, b) => weight[b[0].severity] - weight[a[0].severity] || all(b) - all(a));
  const used = new Map(), list = [];
  for (const found of order.slice(0, 10)) {
    const times = (one) => used.get(one.n) || 0;
    const best = found.reduce((kept, next) => times(next.one) < times(kept.one) ? next : kept);
    used.set(best.one.n, times(best.one) + 1);
    list.push({ ...best, also: all(found) - 1 });
  }
  return list;
}

/// What agent and team leader go through together, to be printed.
function coaching() {
  if (D.kind !== "agent") return null;
  const all = chosen();
  const model = (rule) => (D.rules[rule] || {}).model;
  return h("section", { id: "coaching" }, h("div.tabs.noprint", {}, h("button", { click: () => print() }, say("print"))), h("h2", {}, say("coaching")),
    all.length ? null : h("p.soft", {}, say("clean")),
    all.map((found) => h("div.sheet", { "data-rule": found.rule }, found.customerSaid ? h("p.soft", {}, say("said-customer") + " " + found.customerSaid) : null,
      h("p", {}, found.before, h("mark." + found.severity, {}, found.quote), found.after),
      h("p", {}, h("strong", {}, say("wrong") + " "), found.message), found.help ? h("p", {}, h("strong", {}, say("better") + " "), found.help) : null,
      model(found.rule) ? h("p", {}, h("strong", {}, say("example") + " "), model(found.rule).customer ? h("span.soft", {}, say("said-customer") + " " + model(found.rule).customer + " → ") : null, model(found.rule).reply) : null,
      h("p.soft", {}, [found.one.id, (found.time || "").slice(0, 16).replace("T", " "), found.also ? say("also", { count: number(found.also) }) : ""].filter(Boolean).join(" · ")))),
    h("p.soft", {}, say("appeal")),
    h("div.sign", {}, h("div", {}, say("sign-agent")), h("div", {}, say("sign-leader")), h("div", {}, say("recheck"))));
}

function foot() {
  const link = (file) => h("a", { href: file }, file);
  return h("div.foot", {}, h("p", {}, say("machine")),
    D.kind === "all" ? h("p", {}, say("files") + " ", D.files.flatMap((file) => [link(file), " "])) : null,
    h("p", {}, "replylint " + D.version + " · " + say("rulebook") + " " + D.rulebooks.join(", ") + " · " + D.zone + (D.asOf ? " · " + say("as-of", { moment: D.asOf }) : "")));
}

const days = D.days ? (D.days[0] === D.days[1] ? D.days[0] : D.days[0] + " – " + D.days[1]) : "";
const nobody = (D.input.skippedByReason || {})["nobody-came"];
document.getElementById("app").append(...[
  h("header", {}, h("h1", {}, D.title), h("span.soft", {}, [days, say("header", { cases: number(D.whole.cases), replies: number(D.whole.replies) })].filter(Boolean).join(" · "))),
  D.input.unreadableTimes ? h("p.soft", { id: "times" }, say("unreadable-times", { count: number(D.input.unreadableTimes) })) : null,
  D.input.backwardTimes ? h("p.soft", { id: "backward" }, say("backward-times", { count: number(D.input.backwardTimes) })) : null,
  nobody ? h("p", { id: "nobody-came" }, say("nobody-came", { count: number(nobody) })) : null,
  cards(), coaching(), trend(), h("div.two", {}, rules(), h("div", {}, [deductions(), topics(), complaintWords()])),
  groups(say("agents"), D.agents, "agent"), D.teams.length > 1 ? groups(say("teams"), D.teams, "team") : null,
  promises(), review(), conversations(), foot(), dialog,
].filter(Boolean));
window.addEventListener("hashchange", route);
route();
