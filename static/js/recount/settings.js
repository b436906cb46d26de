/* The rules this recount knows, their settings where the file states none, and every stated value in its plain form. */
import { read, written } from "./exact.js";
import { Unreadable } from "./unreadable.js";

const COMMON = { ties: [], seed: null, quorum: null };
const MONEY = { ...COMMON, floor: "none", fit: "skip" };
const RANKED = { overvotes: "exhaust", max_skipped_ranks: null, repeats: "skip" };
export const METHODS = {
  majority: { ...MONEY, threshold: "majority", chambers: null },
  greedy: { ...MONEY, ...RANKED, seats: null },
  irv: { ...COMMON, ...RANKED, floor: "none", eliminate: "lowest", until: "majority", seats: 1 },
  sequential_irv: { ...MONEY, ...RANKED, eliminate: "lowest", seats: null },
  equal_shares: {
    ...MONEY, ...RANKED, ties: ["most_votes", "lower_cost", "listed"], utility: "cost", completion: "none", comparison: "none",
  },
  proportional_capped: { ...COMMON, floor: "none", min_award: 0, cap: "ask" },
};
const ADD1 = ["add1", "add1_exhaustive"];
const CHOICES = {
  fit: ["skip", "stop", "partial"],
  overvotes: ["exhaust", "skip"],
  repeats: ["skip", "exhaust"],
  eliminate: ["lowest", "batch"],
  until: ["majority", "two"],
  utility: ["cost", "votes", "score"],
  completion: ["none", "utilitarian", ...ADD1, ...ADD1.map((name) => `${name}+utilitarian`)],
  comparison: ["none", "satisfaction", "exclusion"],
};
const STEPS = ["most_votes", "lower_cost", "higher_cost", "more_first_choices", "earlier_stage", "listed", "lot"];
export const FLOOR_OF_COST = "votes/voters >= cost/(3*budget)";
export const FLOOR_OF_NET = "net > 0";

export function settingsOf(rule) {
  if (typeof rule?.method !== "string") throw new Unreadable("bad_file", "rule.method");
  const defaults = Object.hasOwn(METHODS, rule.method) ? METHODS[rule.method] : null;
  if (!defaults) throw new Unreadable("other_rule", rule.method);
  const found = { ...defaults, ...rule };
  for (const [name, value] of Object.entries(rule)) found[name] = plain(name, value);
  for (const terms of Object.values(found.chambers ?? {})) {
    terms.quorum ??= found.quorum;
    terms.threshold ??= found.threshold;
  }
  return found;
}

function plain(name, value) {
  const fail = () => { throw new Unreadable("bad_file", `rule.${name}`); };
  if (name in CHOICES && !CHOICES[name].includes(value)) fail();
  if (name === "quorum") return quorum(value) ?? (value === null || value === "none" ? null : fail());
  if (name === "threshold") return threshold(value) ?? fail();
  if (name === "floor") return floorOf(value) ?? fail();
  if (name === "chambers" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([chamber, terms]) => [
      chamber, { quorum: quorum(terms.quorum), threshold: terms.threshold == null ? null : threshold(terms.threshold) ?? fail() }]));
  }
  if (name === "ties") {
    const chain = typeof value === "string" ? value.split(",").map((step) => step.trim()) : value;
    return Array.isArray(chain) && chain.every((step) => STEPS.includes(step)) ? chain : fail();
  }
  if (name === "cap") return value === null ? "none" : value;
  return value;
}

function quorum(value) {
  if (value === null || value === undefined || value === "none") return null;
  if (value === "majority_of_roll" || value.type === "majority_of_roll") return { type: "majority_of_roll" };
  if (typeof value === "string" && value.endsWith("%")) return { type: "percent", value: written(read(value.slice(0, -1))) };
  if (typeof value !== "object") return { type: "count", value: Number(value) };
  return value.type === "count" ? { type: "count", value: Number(value.value) }
    : { type: "percent", value: written(read(value.value)) };
}

function threshold(value) {
  if (value === "majority") return value;
  const share = read(value);
  return share && share[0] > 0n && share[0] <= share[1] ? written(share) : null;
}

function floorOf(value) {
  const text = typeof value === "number" ? `votes>=${value}` : String(value ?? "none").replace(/\s+/g, "");
  if (text === "none") return "none";
  for (const known of [FLOOR_OF_COST, FLOOR_OF_NET]) if (text === known.replace(/ /g, "")) return known;
  const least = /^votes>=(\d{1,15})$/.exec(text);
  return least ? `votes >= ${Number(least[1])}` : null;
}
