/* Yes or no (`majority`). */
import { ceiling, read } from "./exact.js";

/* Every proposal by itself: enough yes among yes and no, in every chamber; then the adopted ones are paid, most yes
   votes first. Abstentions count for the quorum alone. */
function majority(sheet) {
  const { rule, candidates, contest } = sheet;
  const chambers = rule.chambers ? Object.entries(rule.chambers) : [[null, rule]];
  const adopted = new Set(candidates);
  const yesVotes = sheet.options.map(() => 0n);
  for (const [chamber, { threshold }] of chambers) {
    const marks = new Map(candidates.map((at) => [at, { yes: 0n, no: 0n, abstain: 0n }]));
    for (const [where, pairs, number] of contest.chambered) {
      if (chamber !== null && where !== chamber) continue;
      for (const [at, mark] of pairs) {
        if (mark > 0n) yesVotes[at] += number;
        if (marks.has(at)) marks.get(at)[mark > 0n ? "yes" : mark < 0n ? "no" : "abstain"] += number;
      }
    }
    const facts = chamber === null ? {} : { chamber };
    for (const [at, { yes, no, abstain }] of marks) {
      const needed = yesNeeded(threshold, yes + no);
      if (yes === 0n || yes < needed) adopted.delete(at);
      for (const [name, value] of Object.entries({ no, abstain, needed })) facts[`${name}:${sheet.options[at].id}`] = Number(value);
    }
    sheet.stage([...marks].map(([at, { yes }]) => [at, yes]), { facts });
  }
  sheet.votes = yesVotes;
  for (const at of sheet.byVotes([...adopted])) {
    const amount = sheet.offer(at);
    if (amount === null) continue;
    sheet.pay(at, amount);
    sheet.elect(at, amount);
  }
  sheet.stages.at(-1).elected = sheet.ids(sheet.elected);
}

function yesNeeded(threshold, votes) {
  if (threshold === "majority") return votes / 2n + 1n;
  const [over, under] = read(threshold);
  return ceiling([over * votes, under]);
}

export const RULES = { majority };
