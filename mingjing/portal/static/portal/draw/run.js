// A draw from its seed to its last change: the twin of inspections/drawing/run.py, line for line the same outcome.
import { refusal, toHex, utf8 } from "../verify/bytes.js";
import { Sha256 } from "../verify/sha256.js";
import { DIGESTS, drawnPlaces, Rota } from "./draw.js";
import { seedFor } from "./seed.js";
import { t } from "../verify/words.js";

export class Run {
  // `idAt(stratum, place)` reads the committed lists and throws where it does not hold the place.
  constructor(declaration, seed, idAt) {
    const digest = DIGESTS[declaration.suite];
    this.reasons = new Set(declaration.reasons);
    this.idAt = idAt;
    this.rota = new Rota(seedFor(seed, "inspectors", digest), declaration.inspectors, declaration.staffing, digest);
    this.lines = [];
    this.byObject = new Map();
    const objects = seedFor(seed, "objects", digest);
    this.lanes = new Map(declaration.strata.map((one) => [one.name, {
      stratum: one, order: orderOf(one, objects, digest), take: one.take, standing: 0,
    }]));
    for (const lane of this.lanes.values()) this.fill(lane);
  }

  fill(lane) {
    while (lane.standing < lane.take) {
      const next = lane.order.next();
      if (next.done) return;
      const [counter, place] = next.value;
      const line = { stratum: lane.stratum.name, counter, place, skipped: "" };
      line.object = this.idAt(line.stratum, place);
      line.sent = this.rota.draw(visitOf(lane, line));
      lane.standing += 1;
      this.lines.push(line);
      this.byObject.set(`${line.stratum}\n${line.object}`, line);
    }
  }

  apply(change) {
    if (typeof change.reason !== "string" || !change.reason.trim()) throw refusal(t`变更没有写明理由`);
    const lane = this.lanes.get(change.stratum);
    if (!lane) throw refusal(t`没有“${change.stratum}”这一层`);
    if (change.kind === "skip") this.skip(lane, change);
    else if (change.kind === "extend") this.extend(lane, change);
    else if (change.kind === "relieve") this.relieve(lane, change);
    else throw refusal(t`没有“${change.kind}”这种变更`);
  }

  skip(lane, change) {
    const line = this.line(change);
    if (!this.reasons.has(change.reason)) throw refusal(t`公告没有列出“${change.reason}”这一跳过理由`);
    line.skipped = change.reason;
    this.rota.release(line.sent);
    line.sent = [];
    lane.standing -= 1;
    this.fill(lane);
  }

  extend(lane, change) {
    if (!(change.take > lane.take && change.take <= lane.stratum.size)) {
      throw refusal(t`“${lane.stratum.name}”应增至 ${lane.take + 1} 到 ${lane.stratum.size} 个之间`);
    }
    lane.take = change.take;
    this.fill(lane);
  }

  relieve(lane, change) {
    const line = this.line(change);
    if (!line.sent.includes(change.inspector)) throw refusal(t`“${line.object}”没有选派 ${change.inspector}`);
    line.sent = this.rota.relieve(visitOf(lane, line), line.sent, change.inspector);
  }

  line(change) {
    const line = this.byObject.get(`${change.stratum}\n${change.object}`);
    if (!line || line.skipped) throw refusal(t`“${change.object}”没有被抽中，或者已经跳过`);
    return line;
  }

  texts() {
    return this.lines.map((line) =>
      [line.stratum, line.counter, line.place, line.object, line.skipped, line.sent.join(",")].join("\t"));
  }

  outcome() {
    const state = new Sha256();
    for (const text of this.texts()) state.update(utf8(`${text}\n`));
    return toHex(state.digest());
  }
}

function visitOf(lane, line) {
  return { object: line.object, fields: lane.stratum.fields, region: lane.stratum.region };
}

// Where all are taken nothing is left to chance: the list stands as it is.
function orderOf(stratum, seed, digest) {
  if (stratum.take === stratum.size) return Array.from({ length: stratum.size }, (_, at) => [at, at]).values();
  return drawnPlaces(seed, stratum.name, stratum.size, digest);
}
