/* Where a recount and the published result differ: a list of [code, figures], empty when they say the same. The codes
   name sentences of the page. Figures are compared as exact numbers, so "2/4" is "1/2". */
import { read, written } from "./exact.js";

export function differences(ours, published) {
  const found = [];
  const add = (code, figures = {}) => found.push([code, figures]);
  if (ours.undecided) add("undecided", { options: ours.undecided });
  if (ours.outcome !== published.outcome) add("outcome", sides(ours.outcome, published.outcome));
  for (const name of ["budget", "spent"]) unequal(ours[name], published[name], (both) => add(name, { ...both, money: true }));
  for (const id of ours.elected) if (!published.elected.includes(id)) add("only_here", { option: id });
  for (const id of published.elected) if (!ours.elected.includes(id)) add("only_published", { option: id });
  for (const id of new Set([...Object.keys(ours.awards), ...Object.keys(published.awards)])) {
    unequal(ours.awards[id] ?? 0, published.awards[id] ?? 0, (both) => add("amount", { option: id, ...both, money: true }));
  }
  for (const id of Object.keys(ours.scores)) {
    unequal(ours.scores[id], published.scores?.[id], (both) => add("votes", { option: id, ...both }));
  }
  for (const kind of ["ballots", "valid", "blank", "void"]) unequal(ours[kind], published[kind], (both) => add(kind, both));
  rule(ours.rule, published.rule ?? {}, add);
  quorums(ours.quorum, published.quorum ?? [], add);
  stages(ours.rounds, published.rounds ?? [], add);
  ties(ours.ties, published.ties ?? [], add);
  return found;
}

function sides(here, published) {
  return { here: String(here), published: String(published) };
}

function plain(value) {
  const exact = value === null || value === undefined ? null : read(String(value).replace(/^-/, ""));
  return exact ? (String(value).startsWith("-") ? "-" : "") + written(exact) : String(value ?? "");
}

function unequal(here, published, then) {
  if (plain(here) !== plain(published)) then(sides(here ?? "", published ?? ""));
}

function rule(ours, published, add) {
  for (const name of new Set([...Object.keys(ours), ...Object.keys(published)])) {
    const [here, there] = [ours[name], published[name]].map((value) => JSON.stringify(value ?? null));
    if (here !== there) add("setting", { setting: name, here, published: there });
  }
}

function quorums(ours, published, add) {
  ours.forEach((one, n) => {
    for (const name of ["needed", "cast"]) unequal(one[name], published[n]?.[name], (both) => add(`quorum_${name}`, both));
  });
  if (ours.length !== published.length) add("quorums", sides(ours.length, published.length));
}

function stages(ours, published, add) {
  ours.slice(0, published.length).forEach((mine, n) => {
    const theirs = published[n];
    const at = { stage: n + 1 };
    for (const id of new Set([...Object.keys(mine.tally), ...Object.keys(theirs.tally)])) {
      unequal(mine.tally[id], theirs.tally[id], (both) => add("stage_votes", { ...at, option: id, ...both }));
    }
    for (const [code, name] of [["stage_chosen", "elected"], ["stage_dropped", "eliminated"]]) {
      if ([...mine[name]].sort().join("\n") !== [...theirs[name]].sort().join("\n")) {
        add(code, { ...at, options_here: mine[name], options_published: theirs[name] });
      }
    }
    unequal(mine.exhausted, theirs.exhausted, (both) => add("stage_exhausted", { ...at, ...both }));
    unequal(mine.quota, theirs.quota, (both) => add("stage_quota", { ...at, ...both }));
    for (const name of Object.keys(mine.facts)) {
      unequal(mine.facts[name], theirs.facts?.[name], (both) => add("stage_figure", { ...at, figure: name, ...both }));
    }
  });
  if (ours.length !== published.length) add("stages", sides(ours.length, published.length));
}

function ties(ours, published, add) {
  published.forEach((theirs, n) => {
    const mine = ours[n];
    if (mine?.chosen !== theirs.chosen || mine.options.join("\n") !== theirs.options.join("\n")) {
      add("tie", { options: theirs.options, stage: theirs.stage, option: theirs.chosen });
    }
  });
  if (ours.length !== published.length) add("ties", sides(ours.length, published.length));
}
