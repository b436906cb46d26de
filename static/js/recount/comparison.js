/* The comparison step of equal shares. */
import { purse } from "./sheet.js";

/* The plain list by votes stands instead where more voters get more from it, or fewer are left with nothing. */
export function compareWithVotes(sheet, market, budget) {
  const ours = sheet.elected.filter((at) => sheet.candidates.includes(at));
  const [pot, limits, theirs] = [purse(budget), { paid: new Map(), spentIn: new Map() }, []];
  for (const at of sheet.byVotes(sheet.candidates.filter((one) => sheet.votes[one] > 0n))) {
    const amount = sheet.offer(at, pot, "skip", limits);
    if (amount === null) continue;
    sheet.pay(at, amount, pot, limits);
    theirs.push(at);
  }
  const gains = [ours, theirs].map((outcome) => {
    const gained = market.weights.map(() => 0n);
    for (const at of outcome) {
      for (const [group, value] of market.fans[at]) gained[group] += sheet.rule.utility === "cost" ? market.costs[at] : value;
    }
    return gained;
  });
  let [forOurs, forTheirs] = [0, 0];
  market.weights.forEach((number, group) => {
    const [mine, other] = gains.map((gained) => (sheet.rule.comparison === "exclusion" && gained[group] ? 1n : gained[group]));
    if (sheet.rule.comparison === "exclusion" ? mine : mine > other) forOurs += number;
    if (sheet.rule.comparison === "exclusion" ? other : other > mine) forTheirs += number;
  });
  Object.assign(sheet.facts, { comparison_for_equal_shares: forOurs, comparison_for_votes: forTheirs });
  if (forTheirs <= forOurs) return;
  for (const at of ours) { sheet.elected.splice(sheet.elected.indexOf(at), 1); sheet.awards.delete(at); }
  for (const at of theirs) sheet.elect(at, market.costs[at]);
  sheet.stage(sheet.standing(theirs), { elected: theirs });
}
