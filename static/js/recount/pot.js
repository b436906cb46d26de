/* One pot split by votes (`proportional_capped`): of rivals the one with more votes, small shares drop out, all others
   are raised together until their own cap, their group's cap or the pot stops them; whole units. The pot is a set-aside
   or the open pool; who has a part of a set-aside stays, and gets what its cap and its groups' caps still leave. */
import { edge } from "./sheet.js";
import { compare, floor, fraction } from "./exact.js";

const times = ([n, d], by) => fraction(n * by, d);
const over = ([n, d], by) => fraction(n, d * by);
const plus = ([a, b], [c, d]) => fraction(a * d + c * b, b * d);
const minus = ([a, b], [c, d]) => fraction(a * d - c * b, b * d);

function proportionalCapped(sheet) {
  const { contest: { unit, caps }, rule, votes, options, parts, purse: { left: budget } } = sheet;
  const sum = (places) => places.reduce((total, at) => total + votes[at], 0n);
  const most = (at) => (rule.cap === "none" ? null : rule.cap === "ask" ? options[at].cost : BigInt(rule.cap));
  const capOf = (at) => (most(at) === null ? null : most(at) - (sheet.awards.get(at) ?? 0n));
  const candidates = sheet.candidates.filter((at) => !parts.has(at) || capOf(at) !== 0n);
  const groups = caps.map(([name, cap]) => ({
    cap: cap - (sheet.spentIn.get(name) ?? 0n), members: new Set(candidates.filter((at) => options[at].groups.includes(name))),
  }));

  /* Money for each vote: what the pot allows, and no more than what is left for an option's groups. */
  const ratesOf = (places, left, rooms) => {
    const pot = over(left, sum(places));
    const rates = new Map(places.map((at) => [at, pot]));
    for (const { inside, rate } of rooms) for (const at of inside) if (compare(rate, rates.get(at)) < 0) rates.set(at, rate);
    return rates;
  };
  const roomsOf = (places, given) => groups.map(({ cap, members }) => {
    const inside = places.filter((at) => members.has(at));
    const left = [...given].reduce((rest, [at, share]) => (members.has(at) ? minus(rest, share) : rest), [cap, 1n]);
    return { inside, rate: inside.length ? over(left, sum(inside)) : null };
  }).filter(({ inside }) => inside.length);

  let sharing = withoutRivals(sheet, candidates.filter((at) => votes[at] > 0n));
  while (sharing.some((at) => !parts.has(at))) {
    const rates = ratesOf(sharing, [budget, 1n], roomsOf(sharing, new Map()));
    const share = (at) => times(rates.get(at), votes[at]);
    const low = edge(sharing.filter((at) => !parts.has(at)), share, false);
    if (compare(share(low[0]), [BigInt(rule.min_award), 1n]) >= 0) break;
    const out = sheet.choose(low, false);
    sheet.stage(sheet.standing(sharing), { eliminated: [out] });
    sharing = sharing.filter((at) => at !== out);
  }

  const [shares, awards] = [new Map(), new Map()];
  let [open, left] = [sharing, [budget, 1n]];
  while (open.length) {
    const rooms = roomsOf(open, shares);
    const rates = ratesOf(open, left, rooms);
    let stopping = open.filter((at) => capOf(at) !== null && compare(times(rates.get(at), votes[at]), [capOf(at), 1n]) >= 0);
    for (const at of stopping) { shares.set(at, [capOf(at), 1n]); awards.set(at, capOf(at)); }
    if (!stopping.length) {
      const least = rates.get(edge(open, (at) => rates.get(at), false)[0]);
      const full = rooms.filter(({ rate }) => compare(rate, least) === 0).flatMap(({ inside }) => inside);
      stopping = full.length ? [...new Set(full)] : open;
      for (const at of stopping) shares.set(at, times(least, votes[at]));
    }
    left = stopping.reduce((rest, at) => minus(rest, shares.get(at)), left);
    open = open.filter((at) => !stopping.includes(at));
  }

  const waiting = new Set(sharing.filter((at) => !awards.has(at)));
  for (const at of waiting) awards.set(at, floor(shares.get(at)) / unit * unit);
  const cut = (at) => minus(shares.get(at), [awards.get(at), 1n]);
  const room = (at) => (capOf(at) === null || awards.get(at) + unit <= capOf(at)) && groups.every(({ cap, members }) =>
    !members.has(at) || [...awards].reduce((total, [one, amount]) => total + (members.has(one) ? amount : 0n), unit) <= cap);
  let spare = floor([...waiting].map(cut).reduce(plus, [0n, 1n]));
  while (spare >= unit && waiting.size) {
    const at = sheet.choose(edge([...waiting], cut, true));
    waiting.delete(at);
    if (!room(at)) continue;
    awards.set(at, awards.get(at) + unit);
    spare -= unit;
  }
  const order = [...awards].sort(([a, one], [b, other]) => (one > other ? -1 : one < other ? 1 : a - b));
  const before = sheet.elected.length;
  for (const [at, amount] of order) if (amount) sheet.award(at, amount);
  sheet.stage(sheet.standing(sharing), { elected: sheet.elected.slice(before) });
}

/* Of options that cannot go together the one that a set-aside paid stays, else the one with more votes. */
function withoutRivals(sheet, places) {
  const { contest: { rivals }, options, votes } = sheet;
  const apart = (a, b) => a !== b && rivals.some((ids) => ids.includes(options[a].id) && ids.includes(options[b].id));
  const dropped = new Set(places.filter((at) => sheet.elected.some((paid) => apart(at, paid))));
  const standing = places.filter((at) => !dropped.has(at));
  let waiting = standing.filter((at) => standing.some((other) => apart(at, other)));
  while (waiting.length) {
    const level = edge(waiting, (at) => votes[at], true);
    const quarrel = level.filter((at) => level.some((other) => apart(at, other)));
    const stays = quarrel.length ? sheet.choose(quarrel) : level[0];
    for (const at of waiting) if (apart(at, stays)) dropped.add(at);
    waiting = waiting.filter((at) => at !== stays && !dropped.has(at));
  }
  if (dropped.size) sheet.stage(sheet.standing(places), { eliminated: [...dropped].sort((a, b) => a - b) });
  return places.filter((at) => !dropped.has(at));
}

export const RULES = { proportional_capped: proportionalCapped };
