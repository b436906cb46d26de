/* Instant runoff (`irv`), and a list made by repeating it (`sequential_irv`). */
import { edge } from "./sheet.js";

const UNDECLARED = "undeclared-write-ins"; // not one candidate: goes out first and alone once it has votes

/* One runoff among `places`: the winner, or null where no ballot counts. Its stages are written on the sheet. */
function runoff(sheet, places, toTwo) {
  const { ranked, valid } = sheet.contest;
  const standing = new Set(places);
  const tally = new Map(places.map((at) => [at, 0n]));
  let piles = new Map(places.map((at) => [at, []]));
  const lay = (order, from, number) => {
    const next = order.findIndex((at, rank) => rank >= from && standing.has(at));
    if (next < 0) return;
    tally.set(order[next], tally.get(order[next]) + number);
    piles.get(order[next]).push([order, next + 1, number]);
  };
  for (const [order, number] of ranked) lay(order, 0, number);
  sheet.history = [];
  let won = null;
  for (;;) {
    const votes = [...tally];
    const active = votes.reduce((sum, [, number]) => sum + number, 0n);
    const about = { exhausted: valid - active, quota: won ? won.quota : active / 2n + 1n };
    const undeclared = votes.filter(([at, number]) => number && sheet.options[at].id === UNDECLARED).map(([at]) => at);
    if (won && votes.length <= 2) {
      sheet.stage(votes, about);
      return won;
    }
    if (!won && !undeclared.length) {
      const winner = active ? winnerOf(sheet, votes, about.quota) : null;
      if (winner !== null || !active) {
        won = { winner, votes: winner === null ? 0n : tally.get(winner), quota: about.quota };
        sheet.stage(votes, { ...about, elected: winner === null ? [] : [winner] });
        if (winner === null || !toTwo || votes.length <= 2) return won;
        sheet.history.push(new Map(tally));
        continue;
      }
    }
    const out = !won && undeclared.length ? undeclared : lowest(sheet, votes, toTwo ? 2 : 1);
    sheet.stage(votes, { ...about, eliminated: out });
    sheet.history.push(new Map(tally));
    const moving = out.flatMap((at) => piles.get(at));
    for (const at of out) { standing.delete(at); tally.delete(at); piles.delete(at); }
    for (const [order, from, number] of moving) lay(order, from, number);
  }
}

/* Who has more than half; of two that are level the one the chain prefers; null to go on. */
function winnerOf(sheet, votes, quota) {
  const best = votes.find(([, number]) => number >= quota);
  if (best) return best[0];
  return votes.length === 2 ? sheet.choose(votes.map(([at]) => at)) : null;
}

function lowest(sheet, votes, keep) {
  if (sheet.rule.eliminate === "batch") {
    const batch = together(votes, keep);
    if (batch.length > 1) return batch;
  }
  return [sheet.choose(edge(votes, ([, number]) => number, false).map(([at]) => at), false)];
}

/* The largest group of lowest options with fewer votes together than the next one up. */
function together(votes, keep) {
  const rising = [...votes].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  let [batch, sum] = [0, 0n];
  rising.forEach(([, number], n) => {
    if (n && number > rising[n - 1][1] && sum < number && votes.length - n >= keep) batch = n;
    sum += number;
  });
  return rising.slice(0, batch).map(([at]) => at).sort((a, b) => a - b);
}

function irv(sheet) {
  const { budget } = sheet.contest;
  sheet.candidates = sheet.candidates.filter((at) => (budget === null || sheet.options[at].cost <= budget) && sheet.allowed(at));
  const { winner } = runoff(sheet, sheet.candidates, sheet.rule.until === "two");
  if (winner !== null) sheet.elect(winner, sheet.options[winner].cost);
}

function sequentialIrv(sheet) {
  let standing = [...sheet.candidates];
  while (standing.length && !sheet.full()) {
    const { winner, votes } = runoff(sheet, standing, false);
    if (winner === null) break;
    standing = standing.filter((at) => at !== winner);
    sheet.votes[winner] = votes;
    const amount = sheet.offer(winner);
    const last = sheet.stages.at(-1);
    if (amount === null) {
      last.elected = [];
    } else {
      sheet.pay(winner, amount);
      sheet.elect(winner, amount);
    }
    last.facts = { best_option: sheet.options[winner].id };
    if (sheet.purse.left !== null) last.facts.left_minor = Number(sheet.purse.left);
  }
}

export const RULES = { irv, sequential_irv: sequentialIrv };
