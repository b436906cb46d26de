/* Method of equal shares (`equal_shares`), its completions and its comparison.

   All money of a run stands as whole numbers over one denominator; voters with the same money left are looked at
   together. A price never falls while a run goes on, for voters only ever have less: so an option whose price was once
   seen to be above another's (in whole 2^-64 parts, cut) need not be priced again before that one is bought. */
import { divisor, floor, fraction } from "./exact.js";
import { edge, text } from "./sheet.js";
import { figures } from "./greedy.js";

class Market {
  constructor(sheet) {
    const { contest, options, rule } = sheet;
    const top = BigInt(contest.form.k ?? contest.longest);
    const groups = contest.form.form === "ranked"
      ? contest.ranked.map(([order, number]) => [order.map((at, rank) => [at, top - BigInt(rank)]), number])
      : contest.scored.map(([pairs, number]) => [pairs.filter(([, value]) => value > 0n), number]);
    this.voters = contest.voters;
    this.weights = groups.map(([, number]) => Number(number));
    this.costs = options.map(({ cost }) => cost);
    this.perUnit = options.map(({ cost }) => (rule.utility === "cost" ? cost || 1n : 1n));
    this.fans = options.map(() => []);
    groups.forEach(([pairs], group) => pairs.forEach(([at, value]) => this.fans[at].push([group, rule.utility === "score" ? value : 1n])));
  }
}

/* What every group of voters has left in one run. `amounts` rise; `has[g]` is the place of group g's amount in it. */
class Run {
  constructor(market, [share, denominator]) {
    Object.assign(this, { market, denominator, amounts: [share], has: new Int32Array(market.weights.length) });
  }

  /* Supporters by money left and points: [amount, points, number of voters]. */
  purses(at) {
    const found = new Map();
    for (const [group, value] of this.market.fans[at]) {
      let row = found.get(value);
      if (!row) found.set(value, row = new Map());
      row.set(this.has[group], (row.get(this.has[group]) ?? 0) + this.market.weights[group]);
    }
    return [...found].flatMap(([value, row]) => [...row].map(([has, number]) => [this.amounts[has], value, BigInt(number)]));
  }

  /* The payment per point [cost left to share, points that share it], in parts of the denominator; null: too dear. */
  price(at) {
    let rows = this.purses(at);
    let cost = this.market.costs[at] * this.denominator;
    if (rows.reduce((sum, [amount, , number]) => sum + amount * number, 0n) < cost) return null;
    let points = rows.reduce((sum, [, value, number]) => sum + value * number, 0n);
    for (;;) {
      const [rest, whole] = [[], [cost, points]];
      for (const row of rows) {
        if (row[0] * whole[1] >= whole[0] * row[1]) { rest.push(row); continue; }
        cost -= row[0] * row[2];
        points -= row[1] * row[2];
      }
      if (rest.length === rows.length) return whole;
      rows = rest;
    }
  }

  /* What options are compared by: the price per unit of utility, exact and cut to 2^-64. */
  ratio(at) {
    const price = this.price(at);
    if (!price) return null;
    const below = price[1] * this.denominator * this.market.perUnit[at];
    return { price, exact: [price[0], below], cut: (price[0] << 64n) / below };
  }

  /* Let the supporters pay; the most that one paid, and how many did. */
  sell(at, [cost, points]) {
    const common = divisor(cost, points);
    const [each, factor] = [cost / common, points / common];
    this.denominator *= factor;
    const before = this.amounts.map((amount) => amount * factor);
    const after = new Map();
    let [most, number] = [0n, 0];
    const left = new Map();
    const now = new Array(this.has.length);
    for (const [group, value] of this.market.fans[at]) {
      const key = `${this.has[group]}/${value}`;
      let rest = left.get(key);
      if (rest === undefined) {
        const [had, pays] = [before[this.has[group]], each * value];
        rest = had > pays ? had - pays : 0n;
        if (had - rest > most) most = had - rest;
        left.set(key, rest);
      }
      now[group] = rest;
      number += this.market.weights[group];
    }
    for (let group = 0; group < now.length; group += 1) {
      const amount = now[group] ?? before[this.has[group]];
      let place = after.get(amount);
      if (place === undefined) after.set(amount, place = after.size);
      this.has[group] = place;
    }
    this.amounts = [...after.keys()];
    return { at, most: fraction(most, this.denominator), number };
  }
}

/* Options bought one after the other until nothing is affordable. `limits` is told of each. */
function* buy(sheet, run, candidates, limits) {
  const bound = new Map(candidates.filter((at) => run.market.fans[at].length).map((at) => [at, 0n]));
  while (bound.size) {
    let least = null;
    const near = [];
    for (const [at, cut] of [...bound].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (least !== null && cut > least) break;
      const found = run.ratio(at);
      if (!found || !sheet.allowed(at, limits)) { bound.delete(at); continue; }
      bound.set(at, found.cut);
      if (least === null || found.cut < least) least = found.cut;
      near.push([at, found]);
    }
    if (!near.length) return;
    const level = edge(near, ([, found]) => found.exact, false);
    const at = sheet.choose(level.map(([one]) => one));
    bound.delete(at);
    yield run.sell(at, level.find(([one]) => one === at)[1].price);
  }
}

/* What one run at this share would buy, and what it leaves out that someone supports and no limit keeps out. */
function attempt(sheet, market, share, candidates) {
  const limits = { paid: new Map(sheet.paid), spentIn: new Map(sheet.spentIn) };
  const ties = sheet.ties;
  sheet.ties = [];
  let cost = 0n;
  const bought = new Set();
  for (const { at } of buy(sheet, new Run(market, share), candidates, limits)) {
    sheet.note(at, market.costs[at], limits);
    bought.add(at);
    cost += market.costs[at];
  }
  sheet.ties = ties;
  return { cost, rest: candidates.filter((at) => market.fans[at].length && !bought.has(at) && sheet.allowed(at, limits)) };
}

/* A generator: it pauses after each raised share, so that a page can show how far it is. */
function* equalShares(sheet) {
  const { rule, contest: { unit } } = sheet;
  const budget = sheet.purse.left;
  if (sheet.contest.form.form === "ranked") sheet.votes = [...sheet.supporters];
  const market = new Market(sheet);
  const candidates = sheet.candidates.filter((at) => market.costs[at] <= budget);
  const [raise, fill] = rule.completion === "utilitarian" ? ["none", "utilitarian"] : rule.completion.split("+");
  let share = market.voters ? fraction(budget, market.voters) : [0n, 1n];
  const allAffordable = sheet.candidates.reduce((sum, at) => sum + market.costs[at], 0n) <= budget;
  if (raise !== "none" && !allAffordable && market.voters) {
    share = [floor(share) / unit * unit, 1n];
    for (;;) {
      yield share[0];
      const { cost, rest } = attempt(sheet, market, share, candidates);
      if (cost > budget) { share = [share[0] - unit, 1n]; break; }
      if (!rest.length || (raise === "add1_exhaustive" && rest.every((at) => cost + market.costs[at] > budget))) break;
      share = [share[0] + unit, 1n];
    }
  }
  sheet.facts.share_minor = text(share);
  for (const { at, most, number } of buy(sheet, new Run(market, share), candidates, sheet)) {
    const tally = sheet.standing(sheet.candidates.filter((one) => !sheet.elected.includes(one)));
    sheet.pay(at, market.costs[at]);
    sheet.elect(at, market.costs[at]);
    const facts = { most_paid_minor: Number(-floor(fraction(-most[0], most[1]))), supporters: number, left_minor: Number(sheet.purse.left) };
    sheet.stage(tally, { elected: [at], facts });
  }
  if (!sheet.stages.length) sheet.stage(sheet.standing());
  if (fill) byVotes(sheet);
  if (rule.comparison !== "none") sheet.compareWithVotes(sheet, market, budget);
}

/* Whatever still fits, most votes first. */
function byVotes(sheet) {
  let standing = sheet.candidates.filter((at) => !sheet.elected.includes(at));
  for (const at of sheet.byVotes(standing.filter((one) => sheet.votes[one] > 0n))) {
    const amount = sheet.fund(at);
    if (amount === null) continue;
    sheet.stage(sheet.standing(standing), { elected: [at], facts: figures(sheet, amount) });
    standing = standing.filter((one) => one !== at);
  }
}

export const RULES = { equal_shares: equalShares };
