/* A ballot file (`ballot-file/1`) as the rules read it: options by position, each ballot with its number, void and
   blank ballots apart. Nothing in a ballot is repaired: what its form does not allow is void. */
import { read as exact, floor } from "./exact.js";
import { settingsOf } from "./settings.js";
import { Unreadable } from "./unreadable.js";

const KIND_OF_FORM = {
  ranked: "ranking", approval: "approve", knapsack: "approve", approve_deny: "marks", points: "points", quadratic: "votes",
};
const FORM_OF_KIND = { ranking: "ranked", approve: "approval", marks: "approve_deny", points: "points", votes: "quadratic" };
const FORMS = {
  majority: ["approve_deny"], irv: ["ranked"], sequential_irv: ["ranked"], equal_shares: ["approval", "points", "ranked"],
  greedy: ["approval", "knapsack", "points", "quadratic", "ranked"], proportional_capped: ["quadratic", "points"],
};
const VALUE_OF_MARK = { yes: 1n, no: -1n, abstain: 0n };
const DECIMALS = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW",
};

export function decimals(currency) {
  return Number(Object.keys(DECIMALS).find((n) => DECIMALS[n].split(" ").includes(currency)) ?? 2);
}

/* The contest that the text of a file describes; throws Unreadable. */
export function contestOf(text) {
  let file;
  try { file = JSON.parse(text); } catch { throw new Unreadable("not_a_file"); }
  if (file?.format !== "ballot-file/1") throw new Unreadable("not_a_file");
  const options = list(file.options, "options").map(option);
  if (!options.length) bad("options");
  const place = new Map(options.map((one, n) => [one.id, n]));
  if (place.size !== options.length) bad("options");
  const budget = file.budget == null ? null : whole(file.budget, "budget");
  const rule = settingsOf(file.rule);
  const ballots = list(file.ballots ?? [], "ballots");
  const form = formOf(file.form, ballots, rule.method);
  const contest = {
    title: String(file.title ?? ""), currency: String(file.currency ?? ""), options, place, budget, rule, form,
    unit: 10n ** BigInt(decimals(file.currency)),
    roll: file.roll ?? null,
    caps: Object.entries(file.caps ?? {}).map(([group, cap]) => [group, part(cap, budget, `caps.${group}`)]),
    rivals: list(file.incompatible ?? [], "incompatible"),
    asides: list(file.set_asides ?? [], "set_asides").map((one, n) => ({
      ...one, money: "amount" in one ? whole(one.amount, `set_asides[${n}]`) : share(one.share, budget, `set_asides[${n}]`),
    })),
  };
  if (contest.asides.length && budget === null) bad("budget");
  return { ...contest, ...profile(contest, ballots) };
}

function option(given, n) {
  const where = `options[${n}]`;
  if (typeof given?.id !== "string" || !given.id) bad(`${where}.id`);
  return {
    id: given.id, name: given.name || given.id, cost: whole(given.cost ?? 0, `${where}.cost`), groups: given.groups ?? [],
    minimum: given.minimum == null ? null : whole(given.minimum, `${where}.minimum`),
  };
}

function formOf(stated, ballots, method) {
  const form = typeof stated === "string" ? { form: stated } : stated
    ?? { form: FORM_OF_KIND[Object.keys(ballots[0] ?? {}).find((kind) => FORM_OF_KIND[kind])] ?? FORMS[method][0] };
  if (!FORMS[method].includes(form.form)) bad("form");
  return form;
}

/* Ballots in groups: `ranked` [order, number], `scored` [[place, value], ...] with number; totals of each kind. */
function profile(contest, ballots) {
  const found = { ranked: [], scored: [], chambered: [], blank: 0n, valid: 0n, void: 0n, longest: 0 };
  const kind = KIND_OF_FORM[contest.form.form];
  ballots.forEach((ballot, n) => {
    const where = `ballots[${n}]`;
    const number = whole(ballot?.count ?? 1, `${where}.count`);
    const kinds = Object.keys(ballot).filter((name) => name !== "count" && name !== "chamber");
    if (kinds.length !== 1 || kinds[0] !== kind) bad(where);
    const content = ballot[kind];
    const pairs = kind === "ranking" ? ranks(content, contest, where) : values(kind, content, contest, where);
    if (isVoid(kind, content, pairs, contest)) { found.void += number; return; }
    const isBlank = kind === "ranking" ? content.every((rank) => !rank.length)
      : kind === "approve" || kind === "marks" ? !pairs.length : pairs.every(([, value]) => !value);
    found.chambered.push([ballot.chamber ?? null, pairs, number]);
    if (isBlank) { found.blank += number; return; }
    found.valid += number;
    if (kind !== "ranking") { found.scored.push([pairs, number]); return; }
    const order = strict(content.map((rank) => rank.map((id) => contest.place.get(id))), contest.rule);
    found.longest = Math.max(found.longest, order.length);
    found.ranked.push([order, number]);
  });
  found.voters = found.valid + found.blank;
  if (found.voters + found.void > BigInt(Number.MAX_SAFE_INTEGER)) bad("ballots");
  return found;
}

function ranks(content, contest, where) {
  for (const rank of list(content, where)) {
    if (new Set(list(rank, where)).size !== rank.length || !rank.every((id) => contest.place.has(id))) bad(where);
  }
  return [];
}

function values(kind, content, { place }, where) {
  const pairs = kind === "approve" ? list(content, where).map((id) => [id, 1n])
    : Object.entries(content ?? {}).map(([id, value]) => [id, kind === "marks" ? VALUE_OF_MARK[value] : whole(value, where, kind === "votes")]);
  if (new Set(pairs.map(([id]) => id)).size !== pairs.length) bad(where);
  return pairs.map(([id, value]) => {
    if (!place.has(id) || value === undefined) bad(where);
    return [place.get(id), value];
  });
}

function isVoid(kind, content, pairs, { form, options, budget }) {
  let marked = pairs.length;
  const sum = (worth) => pairs.reduce((total, pair) => total + worth(pair), 0n);
  if (kind === "ranking") {
    marked = content.filter((rank) => rank.length).length;
    if (form.k != null && content.slice(form.k).some((rank) => rank.length)) return true;
  } else if (kind === "approve") {
    if (form.form === "approval" && form.max != null && marked > form.max) return true;
    if (form.form === "knapsack" && budget !== null && sum(([at]) => options[at].cost) > budget) return true;
  } else if (kind !== "marks") {
    marked = pairs.filter(([, value]) => value).length;
    if (kind === "points" && form.total != null && sum(([, n]) => n) > BigInt(form.total)) return true;
    if (kind === "points" && form.max != null && pairs.some(([, n]) => n > BigInt(form.max))) return true;
    if (kind === "votes" && form.credits != null && sum(([, n]) => n * n) > BigInt(form.credits)) return true;
    if (kind === "votes" && !form.negative && pairs.some(([, n]) => n < 0n)) return true;
  }
  return form.min != null && marked < form.min;
}

/* The order a ranked ballot states, as the rule reads skipped, double and repeated marks. */
function strict(content, rule) {
  const order = [];
  const seen = new Set();
  let skipped = 0;
  for (const rank of content) {
    if (!rank.length) { skipped += 1; continue; }
    if (rule.max_skipped_ranks !== null && skipped > rule.max_skipped_ranks) break;
    skipped = 0;
    if (rule.repeats === "exhaust" && rank.some((at) => seen.has(at))) break;
    if (rank.length > 1) {
      if (rule.overvotes === "exhaust") break;
      if (rule.repeats === "exhaust") rank.forEach((at) => seen.add(at));
    } else if (!seen.has(rank[0])) {
      seen.add(rank[0]);
      order.push(rank[0]);
    }
  }
  return order;
}

function bad(where) {
  throw new Unreadable("bad_file", where);
}

function list(value, where) {
  return Array.isArray(value) ? value : bad(where);
}

/* Numbers beyond what JSON keeps exactly in a browser are refused, never rounded. */
function whole(value, where, signed = false) {
  if (typeof value === "number" && !Number.isSafeInteger(value) && Number.isInteger(value)) throw new Unreadable("too_large", where);
  return Number.isInteger(value) && (signed || value >= 0) ? BigInt(value) : bad(where);
}

function share(value, budget, where) {
  const found = exact(value) ?? bad(where);
  return floor([found[0] * (budget ?? 0n), found[1]]);
}

function part(value, budget, where) {
  return Number.isInteger(value) && value > 1 ? whole(value, where) : budget === null ? bad("budget") : share(value, budget, where);
}
