/* The sheet a count is written on: who stands, the money of the pot that is being shared, every stage, every tie. */
import { compare, sign, written } from "./exact.js";
import { FLOOR_OF_COST, FLOOR_OF_NET } from "./settings.js";
import { sha256 } from "./sha256.js";

export const text = (value) => (Array.isArray(value) ? written(value) : String(value));

export class Sheet {
  /* `turned`: ties that the chain does not break are taken the other way round, to see whether that matters. */
  constructor(contest, turned = false) {
    Object.assign(this, { contest, turned, rule: contest.rule, options: contest.options });
    this.supporters = this.sums((value) => (value > 0n ? 1n : 0n));
    this.totals = contest.form.form === "ranked" ? this.supporters : this.sums((value) => value);
    this.firstChoices = firstChoices(contest);
    this.votes = [...(this.rule.method === "irv" ? this.firstChoices : this.totals)];
    this.candidates = this.options.map((_, at) => at);
    this.purse = purse(contest.budget);
    this.paid = new Map();
    this.parts = new Set(); // who has a part of a set-aside and may get more from the open pool
    this.spentIn = new Map();
    Object.assign(this, { stages: [], ties: [], unbroken: [], elected: [], awards: new Map(), facts: {}, history: [] });
  }

  sums(worth) {
    const found = this.options.map(() => 0n);
    for (const [order, number] of this.contest.ranked) for (const at of order) found[at] += number;
    for (const [pairs, number] of this.contest.scored) for (const [at, value] of pairs) found[at] += worth(value) * number;
    return found;
  }

  ids(places) {
    return [...places].map((at) => this.options[at].id);
  }

  /* `tally`: [place, number] pairs. */
  stage(tally, { elected = [], eliminated = [], quota, exhausted = 0n, facts = {} } = {}) {
    this.stages.push({
      tally: Object.fromEntries(tally.map(([at, value]) => [this.options[at].id, text(value)])),
      elected: this.ids(elected), eliminated: this.ids(eliminated), exhausted: text(exhausted), facts,
      ...(quota === undefined ? {} : { quota: text(quota) }),
    });
  }

  standing(places = this.candidates) {
    return places.map((at) => [at, this.votes[at]]);
  }

  elect(at, amount) {
    this.elected.push(at);
    if (this.contest.budget !== null) this.awards.set(at, amount);
  }

  /* Pay an amount from the pot that is shared, to whoever is new or has a part already. */
  award(at, amount) {
    this.pay(at, amount);
    if (this.parts.has(at)) this.awards.set(at, this.awards.get(at) + amount);
    else this.elect(at, amount);
  }

  /* Ties: `best` names who is preferred, else who goes out. */
  choose(tied, best = true) {
    if (tied.length === 1) return tied[0];
    let level = [...tied].sort((a, b) => a - b);
    const tie = { stage: this.stages.length + 1, options: this.ids(level) };
    for (const step of this.rule.ties) {
      if (step === "lot" && this.rule.seed === null) break;
      for (const liking of this.likings(step)) level = edge(level, liking, best);
      if (level.length === 1) return this.settle(tie, level[0], step);
    }
    this.unbroken.push(tie.options);
    return this.settle(tie, level.at(best === this.turned ? -1 : 0), "no_difference");
  }

  settle(tie, at, step) {
    this.ties.push({ ...tie, decided_by: step, chosen: this.options[at].id });
    return at;
  }

  /* What a step of the chain likes: one comparison, or one for each stage before, the latest first. */
  likings(step) {
    const { options, votes } = this;
    const one = {
      most_votes: (at) => votes[at],
      lower_cost: (at) => -options[at].cost,
      higher_cost: (at) => options[at].cost,
      more_first_choices: (at) => this.firstChoices[at],
      listed: (at) => BigInt(-at),
      lot: (at) => -BigInt(`0x${draw(this.rule.seed, options[at].id)}`),
    }[step];
    return one ? [one] : [...this.history].reverse().map((tally) => (at) => tally.get(at) ?? 0n);
  }

  /* Without the options below the floor. */
  applyFloor() {
    const { rule: { floor: least, method }, contest: { budget, voters } } = this;
    const votes = method === "majority" ? this.supporters : this.totals;
    const enough = (at) => {
      if (least === FLOOR_OF_NET) return this.totals[at] > 0n;
      if (least === FLOOR_OF_COST) return budget > 0n && this.supporters[at] * 3n * budget >= this.options[at].cost * voters;
      return votes[at] >= BigInt(least.slice("votes >= ".length));
    };
    if (least && least !== "none") this.candidates = this.candidates.filter(enough);
  }

  /* Money ------------------------------------------------------------------------------------------------------- */
  full() {
    return this.rule.seats != null && this.paid.size >= this.rule.seats;
  }

  /* Whether caps and exclusions leave the option in the race. */
  allowed(at, { paid, spentIn } = this) {
    const { id, groups, cost } = this.options[at];
    for (const group of this.contest.rivals) {
      if (group.includes(id) && group.some((other) => other !== id && paid.has(this.contest.place.get(other)))) return false;
    }
    return this.contest.caps.every(([group, cap]) => !groups.includes(group) || (spentIn.get(group) ?? 0n) + cost <= cap);
  }

  note(at, amount, { paid, spentIn } = this) {
    paid.set(at, amount);
    for (const group of this.options[at].groups) spentIn.set(group, (spentIn.get(group) ?? 0n) + amount);
  }

  /* What the option gets at its turn; null for nothing. */
  offer(at, pot = this.purse, fit = this.rule.fit, limits = this) {
    const { cost, minimum } = this.options[at];
    if (pot.stopped || !this.allowed(at, limits)) return null;
    const left = reach(pot);
    if (left === null || cost <= left) return cost;
    if (fit === "partial" && minimum !== null && left > 0n) return left >= minimum ? left : null;
    if (fit === "stop") pot.stopped = true;
    return null;
  }

  pay(at, amount, pot = this.purse, limits = this) {
    if (pot.left !== null) {
      const own = amount < pot.left ? amount : pot.left;
      pot.left -= own;
      if (pot.reserve) pot.reserve.left -= amount - own;
    }
    this.note(at, amount, limits);
  }

  /* The places with votes in favour, most votes first, each tie broken when its turn has come. */
  * byVotes(places) {
    const waiting = new Set(places);
    while (waiting.size) {
      const at = this.choose(edge([...waiting], (one) => this.votes[one], true));
      waiting.delete(at);
      yield at;
    }
  }

  /* Fund the next one of a list if it fits; the amount, or null. */
  fund(at) {
    if (this.full()) return null;
    const amount = this.offer(at);
    if (amount === null) return null;
    this.pay(at, amount);
    this.elect(at, amount);
    return amount;
  }
}

export function purse(money, reserve = null) {
  return { budget: money, left: money, reserve, stopped: false };
}

function reach({ left, reserve }) {
  return left === null ? null : left + (reserve?.left ?? 0n);
}

/* Those of the places that are best (or worst) liked. */
export function edge(places, liking, best) {
  let found = [];
  let limit;
  for (const at of places) {
    const value = liking(at);
    const ahead = found.length ? (Array.isArray(value) ? compare(value, limit) : sign(value - limit)) * (best ? 1 : -1) : 1;
    if (ahead > 0) [found, limit] = [[at], value];
    else if (ahead === 0) found.push(at);
  }
  return found;
}

function draw(seed, id) {
  return sha256(new TextEncoder().encode(`${seed}\u0000${id}`));
}

/* Ballots that put an option first; without ranks, those that give it alone the most. */
function firstChoices({ options, ranked, scored }) {
  const found = options.map(() => 0n);
  for (const [order, number] of ranked) if (order.length) found[order[0]] += number;
  for (const [pairs, number] of scored) {
    const best = edge(pairs, ([, value]) => value, true);
    if (best.length === 1 && best[0][1] > 0n) found[best[0][0]] += number;
  }
  return found;
}
