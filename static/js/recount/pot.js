/* One pot split by votes (`proportional_capped`): small shares drop out, nobody gets more than the cap, whole units. */
import { edge } from "./sheet.js";
import { floor, fraction } from "./exact.js";

function proportionalCapped(sheet) {
  const { contest: { budget, unit }, rule, votes } = sheet;
  const capOf = (at) => (rule.cap === "none" ? null : rule.cap === "ask" ? sheet.options[at].cost : BigInt(rule.cap));
  const sum = (places) => places.reduce((total, at) => total + votes[at], 0n);
  let sharing = sheet.candidates.filter((at) => votes[at] > 0n);
  for (;;) {
    const low = edge(sharing, (at) => votes[at], false);
    if (!low.length || budget * votes[low[0]] >= BigInt(rule.min_award) * sum(sharing)) break;
    const out = sheet.choose(low, false);
    sheet.stage(sheet.standing(sharing), { eliminated: [out] });
    sharing = sharing.filter((at) => at !== out);
  }

  const awards = new Map();
  let [open, left] = [sharing, budget];
  for (;;) {
    const total = sum(open);
    const over = open.filter((at) => capOf(at) !== null && left * votes[at] >= capOf(at) * total);
    if (!over.length) break;
    for (const at of over) { awards.set(at, capOf(at)); left -= capOf(at); }
    open = open.filter((at) => !over.includes(at));
  }

  const total = sum(open);
  const exact = new Map(open.map((at) => [at, fraction(left * votes[at], total)]));
  for (const at of open) awards.set(at, floor(exact.get(at)) / unit * unit);
  let spare = open.length ? left - open.reduce((given, at) => given + awards.get(at), 0n) : 0n;
  const waiting = new Set(open);
  while (spare >= unit && waiting.size) {
    const cut = (at) => fraction(exact.get(at)[0] - awards.get(at) * exact.get(at)[1], exact.get(at)[1]);
    const at = sheet.choose(edge([...waiting], cut, true));
    waiting.delete(at);
    if (capOf(at) !== null && awards.get(at) + unit > capOf(at)) continue;
    awards.set(at, awards.get(at) + unit);
    spare -= unit;
  }
  const order = [...awards].sort(([a, one], [b, other]) => (one > other ? -1 : one < other ? 1 : a - b));
  for (const [at, amount] of order) if (amount) sheet.elect(at, amount);
  sheet.stage(sheet.standing(sharing), { elected: sheet.elected });
}

export const RULES = { proportional_capped: proportionalCapped };
