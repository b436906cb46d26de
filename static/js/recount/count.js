/* A whole count: quorum, floor, the set-asides one after the other, then the open pool. The result has the fields of
   the published one (COUNTING.md, "The command"), amounts as text. The rule has to be prepared before. */
import { ceiling, read } from "./exact.js";
import { Sheet, purse, text } from "./sheet.js";

const WHERE = {
  majority: "majority", greedy: "greedy", irv: "runoff", sequential_irv: "runoff", equal_shares: "shares", proportional_capped: "pot",
};
const SHARING = new Set(["proportional_capped"]); // a part from a set-aside can be added to from the open pool
const RULES = {};

/* Fetch the rule that is counted next, and no other. */
export async function prepare({ method, comparison = "none" }) {
  RULES[method] ??= (await import(`./${WHERE[method]}.js`)).RULES[method];
  if (comparison !== "none") Sheet.prototype.compareWithVotes ??= (await import("./comparison.js")).compareWithVotes;
}

/* The result of a contest, at once. */
export function count(contest) {
  const work = counting(contest);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/* The same as a generator that pauses now and then. Where the chain leaves a tie open, the count is made both ways:
   `undecided` names the options if that changes who gets what. */
export function* counting(contest) {
  const sheet = new Sheet(contest);
  const quorum = quorumOf(contest);
  const met = quorum.every((one) => one.met);
  if (!met) sheet.stage(sheet.standing());
  else yield* pots(sheet);
  const result = resultOf(sheet, quorum, met);
  if (!sheet.unbroken.length) return result;
  const other = new Sheet(contest, true);
  yield* pots(other);
  const awards = (one) => JSON.stringify([...one.elected].sort((a, b) => a - b).map((at) => [at, String(one.awards.get(at))]));
  return awards(sheet) === awards(other) ? result : { ...result, undecided: sheet.unbroken[0] };
}

function* pots(sheet) {
  const { contest, rule, options } = sheet;
  const run = function* run() {
    const steps = RULES[rule.method](sheet);
    if (steps) yield* steps;
  };
  sheet.applyFloor();
  const everyone = sheet.candidates;
  const rest = () => everyone.filter((at) => !sheet.elected.includes(at));
  if (!contest.asides.length) return yield* run();
  const pool = purse(contest.asides.reduce((left, { money }) => left - money, contest.budget));
  for (const { group, money, overflow, release } of contest.asides) {
    sheet.candidates = rest().filter((at) => options[at].groups.includes(group));
    sheet.purse = purse(money, overflow === "open_pool" ? pool : null);
    const before = sheet.elected.length;
    if (sheet.candidates.length) yield* run();
    if (SHARING.has(rule.method) && overflow === "open_pool") for (const at of sheet.elected.slice(before)) sheet.parts.add(at);
    sheet.facts[`set_aside:${group}:left_minor`] = Number(sheet.purse.left);
    if (release === "at_count") pool.left += sheet.purse.left;
  }
  sheet.candidates = everyone.filter((at) => !sheet.elected.includes(at) || sheet.parts.has(at));
  sheet.purse = pool;
  if (sheet.candidates.length) yield* run();
  return undefined;
}

function quorumOf({ rule, roll, voters, chambered }) {
  if (!rule.chambers) {
    const all = roll !== null && typeof roll === "object" ? Object.values(roll).reduce((sum, n) => sum + n, 0) : roll;
    return rule.quorum ? [quorumRow(null, rule.quorum, all, voters)] : [];
  }
  return Object.entries(rule.chambers).filter(([, terms]) => terms.quorum).map(([chamber, terms]) => {
    const cast = chambered.reduce((sum, [where, , number]) => sum + (where === chamber ? number : 0n), 0n);
    return quorumRow(chamber, terms.quorum, roll?.[chamber], cast);
  });
}

function quorumRow(chamber, { type, value }, roll, cast) {
  const share = type === "percent" ? read(value) : null;
  const needed = type === "count" ? BigInt(value)
    : share ? ceiling([share[0] * BigInt(roll), share[1] * 100n]) : BigInt(roll) / 2n + 1n;
  return { chamber, needed: Number(needed), cast: Number(cast), met: cast >= needed };
}

function resultOf(sheet, quorum, met) {
  const { contest, options } = sheet;
  const byId = (pairs) => Object.fromEntries(pairs.map(([at, value]) => [options[at].id, text(value)]));
  return {
    outcome: met ? "decided" : "no_decision",
    elected: sheet.ids(sheet.elected),
    awards: byId([...sheet.awards]),
    spent: text([...sheet.awards.values()].reduce((sum, amount) => sum + amount, 0n)),
    budget: contest.budget === null ? null : text(contest.budget),
    scores: byId(sheet.votes.map((votes, at) => [at, votes])),
    ballots: text(contest.voters + contest.void), blank: text(contest.blank), valid: text(contest.valid), void: text(contest.void),
    rule: contest.rule, quorum, rounds: sheet.stages, ties: sheet.ties, facts: sheet.facts,
  };
}
