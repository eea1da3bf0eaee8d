// A published draw run again from its bundle alone: the twin of inspections/drawing/verify.py. No request is made here.
import { fromBase64, refusal, toHex, utf8 } from "../verify/bytes.js";
import { canonical, readObject } from "../verify/json.js";
import { byKey, LOG_KEY, parseCheckpoint, parseKey, signed, splitNote } from "../verify/note.js";
import { parseProof } from "../verify/receipt.js";
import { sha256 } from "../verify/sha256.js";
import { included, leafHash } from "../verify/tlog.js";
import { byBytes, DIGESTS } from "./draw.js";
import { rootFromMembers } from "./roster.js";
import { Run } from "./run.js";
import { seedOf } from "./seed.js";
import { t } from "../verify/words.js";

const FORMATS = {
  bundle: "mingjing-draw-bundle@1",
  list: "mingjing-list@1",
  declaration: "mingjing-draw@1",
  commitments: "mingjing-draw-commitments@1",
  result: "mingjing-draw-result@1",
  change: "mingjing-draw-change@1",
  void: "mingjing-draw-void@1",
  closing: "mingjing-draw-closing@1",
};
// Asked for when they are needed: a worker is told the words of its page only after this module is there.
const titles = () => [t`名单`, t`抽取公告`, t`承诺`, t`抽取结果`];
const STATED = 4; // records that every bundle has; what follows are changes
const MOST_DIFFERENCES = 20;

// Check a bundle against the log's keys (vkeys) and run the draw again. Gives {ok, checked, findings, lines}; each
// finding is {where, what, fault}. `tell(text)` is called as the work goes on.
export function checkDraw(bytes, keys, tell = () => {}) {
  const report = { ok: true, checked: 0, findings: [], lines: [] };
  const fault = (where, what) => report.findings.push({ where, what, fault: true });
  const notice = (where, what) => report.findings.push({ where, what, fault: false });
  try {
    runCheck({ bundle: readBundle(bytes), keys: keys.map(logKey), report, fault, notice, tell });
  } catch (error) {
    if (error.name === "Refused") fault(error.where || t`抽取包`, error.message);
    else fault(t`抽取包`, t`内容残缺或写法不对（${error.message}）`);
  }
  report.ok = !report.findings.some((one) => one.fault);
  return report;
}

// Nothing further can be checked once this is thrown.
function broken(where, message) {
  const error = refusal(message);
  error.where = where;
  return error;
}

function within(where, work) {
  try {
    return work();
  } catch (error) {
    if (error.name === "Refused" && !error.where) error.where = where;
    throw error;
  }
}

function logKey(text) {
  return within(t`日志公钥`, () => {
    const key = parseKey(text);
    if (key.type !== LOG_KEY || key.raw.length !== 32) throw refusal(t`公钥类型不是 Ed25519（0x01）`);
    return key;
  });
}

function readBundle(bytes) {
  const bundle = readObject(bytes);
  if (bundle.format !== FORMATS.bundle) throw refusal(t`格式应为 ${FORMATS.bundle}`);
  const formats = bundle.records.map((one) => one.format);
  if (formats[0] !== FORMATS.list || formats[2] !== FORMATS.commitments || formats[3] !== FORMATS.result ||
      formats.length !== bundle.proofs.length) {
    throw refusal(t`应依次有名单、公告、承诺、结果四份记录，每份各有一个存证证明`);
  }
  return bundle;
}

function runCheck(check) {
  const { bundle, tell } = check;
  tell(t`核对日志中的存证……`);
  const logged = checkLog(check);
  const [listed, raw, bound, result] = bundle.records;
  const declaration = readDeclaration(raw);
  const digests = bundle.records.map((one) => toHex(sha256(canonical(one))));
  checkTerms(check, { listed, raw, bound, digests });
  checkRounds(check, raw);
  checkOrder(check, logged, raw);
  tell(t`核对抽中的对象都在封存的名单里……`);
  const ids = checkMembers(check, declaration);
  tell(t`按种子重新抽取……`);
  runAgain(check, { declaration, bound, result, digests, ids });
}

function digestOf(record) {
  return toHex(sha256(canonical(record)));
}

function titleOf(at) {
  return at < STATED ? titles()[at] : t`第 ${at - STATED + 1} 份变更记录`;
}

// Find every record in the log: as it was logged, all of one campaign, counted without a gap.
function checkLog(check) {
  const { bundle, fault } = check;
  const before = bundle.earlier.map((one, at) =>
    inLog(check, t`此前第 ${at + 1} 份记录`, "draw", one.record, one.proof));
  const logged = bundle.records.map((record, at) =>
    inLog(check, titleOf(at), at ? "draw" : "list", record, bundle.proofs[at]));
  const own = [...before, ...logged.slice(1)];
  if (new Set(own.map((one) => one.leaf.c)).size > 1) fault(t`抽取包`, t`各记录不属于同一次抽查：拼凑了几次抽取`);
  const numbers = own.map((one) => one.leaf.n);
  if (numbers.some((number, at) => number !== at + 1)) {
    fault(t`抽取包`, t`记录编号为 [${numbers.join(", ")}]，应从 1 起连续：有记录被抽走，或重抽没有写明`);
  }
  if (own.some((one, at) => at && own[at - 1].index >= one.index) || logged[0].index >= logged[1].index) {
    fault(t`抽取包`, t`名单、公告、承诺、结果进入日志的先后颠倒：有内容是事后补的`);
  }
  return logged;
}

function inLog({ keys, fault }, where, kind, record, text) {
  return within(where, () => {
    const proof = parseProof(text), note = splitNote(proof.note), checkpoint = parseCheckpoint(note.text);
    const pairs = keys.map((key) => [key, note.lines.find((line) => byKey(line, key))]);
    const known = pairs.find(([, line]) => line);
    if (!known) throw refusal(t`存证证明不成立：没有所提供公钥的签名`);
    if (checkpoint.origin !== known[0].name) throw refusal(t`存证证明不成立：检查点属于另一份日志`);
    if (!signed(known[0], note.text, known[1])) {
      throw refusal(t`存证证明不成立：签名无效，签名之后文本被改动，或签名系伪造`);
    }
    if (!included(leafHash(proof.extra), proof.index, checkpoint.size, proof.path, checkpoint.root)) {
      throw refusal(t`存证证明不成立：序号处存证的不是这一条`);
    }
    const leaf = readObject(proof.extra);
    if (leaf.h !== digestOf(record)) fault(where, t`与日志中的存证不符：封存之后被改动`);
    if (leaf.k !== kind) fault(where, t`存证的种类应为 ${kind}，实为 ${leaf.k}`);
    return { index: proof.index, size: checkpoint.size, leaf };
  });
}

// The terms as the draw needs them; what the server refuses as no declaration is refused here, too.
function readDeclaration(raw) {
  return within(t`抽取公告`, () => {
    const lists = [raw.strata, raw.inspectors, raw.parties, raw.reasons];
    if (raw.format !== FORMATS.declaration || !(raw.suite in DIGESTS) || !lists.every(Array.isArray)) {
      throw refusal(t`公告格式应为 ${FORMATS.declaration}`);
    }
    const { each, together, avoid } = raw.staffing;
    const counts = [each, together, ...raw.strata.flatMap((one) => [one.size, one.take])];
    if (!counts.every((count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32) || each < 1) {
      throw refusal(t`公告中的数目不是整数，或者超出范围`);
    }
    if (!Array.isArray(avoid) || raw.strata.some((one) => one.take > one.size)) throw refusal(t`要抽的比名单还多`);
    const distinct = [raw.strata.map((one) => one.name), raw.inspectors.map((one) => one.number), raw.parties];
    if (distinct.some((names) => new Set(names).size !== names.length)) throw refusal(t`层、执法人员或者出数方有重复`);
    if (raw.parties.length < 2) throw refusal(t`至少应有两方共同产生种子`);
    if (!["void", "number"].includes(raw.silence)) throw refusal(t`没有写明一方不公开随机数时怎么办`);
    if (raw.silence === "number" && !raw.number) {
      throw refusal(t`有一方不公开随机数仍继续抽取的，必须事先约定公开号码`);
    }
    return raw;
  });
}

function checkTerms({ fault }, { listed, raw, bound, digests }) {
  if (raw.list !== digests[0]) fault(t`名单`, t`公告所指的不是这份名单：名单被调换`);
  for (const stratum of raw.strata) {
    const stated = listed.strata.find((one) => one.name === stratum.name);
    if (!stated || stated.size !== stratum.size || stated.root !== stratum.root) {
      fault(t`名单`, t`“${stratum.name}”的个数或根与封存的名单不符：名单被调换或分层被改动`);
    }
  }
  if (bound.declaration !== digests[1]) fault(t`承诺`, t`承诺针对的是另一份公告：公告在承诺之后被改动`);
  if (Object.keys(bound.commitments).sort().join("\n") !== [...raw.parties].sort().join("\n")) {
    fault(t`承诺`, t`提交承诺的各方与公告不同`);
  }
}

// Tell of the rounds before this one, each of which must have ended with its reason, and be named by the next.
function checkRounds({ bundle, fault, notice }, raw) {
  let replaced = "", waiting = "";
  for (const { record } of bundle.earlier) {
    if (record.format === FORMATS.void) {
      notice(t`此前的抽取`, t`一次抽取作废，理由：${record.reason}`);
      replaced = waiting;
      waiting = "";
    } else if (record.format === FORMATS.declaration) {
      waiting = digestOf(record);
      if (record.replaces !== replaced) fault(t`此前的抽取`, t`公告没有写明它代替的是哪一次抽取`);
    }
  }
  if (waiting) fault(t`此前的抽取`, t`有一次抽取没有结果，也没有作废的理由`);
  if (raw.replaces !== replaced) fault(t`抽取公告`, t`没有写明它代替的是哪一次抽取：重抽没有留痕`);
}

// Check that all was fixed, and known to others, before the seed could be known.
function checkOrder({ fault }, logged, raw) {
  for (const at of [0, 1, 2]) {
    if (logged[at].size > logged[3].index) {
      fault(titleOf(at), t`没有抽取之前签发的检查点证明它：不能排除先知道种子、后定规则或名单`);
    }
  }
  if (!raw.number) return;
  const [bound, after, drawn] = [logged[2].leaf.at, raw.number.after, logged[3].leaf.at].map((one) => Date.parse(one));
  if (!(bound < after)) fault(t`承诺`, t`承诺存证时，公告约定的公开号码已经公布`);
  if (!(drawn >= after)) fault(t`抽取结果`, t`抽取时，公告约定的公开号码尚未公布`);
}

// Check that the ids which were drawn stand at their places in the committed lists; give them by stratum and place.
function checkMembers({ bundle, fault }, declaration) {
  const found = {};
  for (const stratum of declaration.strata) {
    const where = t`名单“${stratum.name}”`;
    const members = bundle.lists[stratum.name] || { ids: [], proof: "" };
    const named = [...members.ids].sort((one, other) => one[0] - other[0]);
    const ids = named.map(([place, one]) => [place, utf8(one)]);
    if (new Set(ids.map((one) => one[0])).size !== ids.length) throw broken(where, t`同一序号出现两次`);
    if (ids.some((one, at) => at && byBytes(ids[at - 1][1], one[1]) >= 0)) {
      fault(where, t`编号重复或没有按序排列：同一对象有不止一个机会`);
    }
    const proof = fromBase64(members.proof, t`名单证明`);
    const root = within(where, () => rootFromMembers(stratum.size, ids, proof, DIGESTS[declaration.suite]));
    if (toHex(root) !== stratum.root) {
      throw broken(where, t`抽中的对象不在封存的名单里，或者序号不对：名单被增删、调换或改动`);
    }
    found[stratum.name] = new Map(named);
  }
  return found;
}

function runAgain(check, { declaration, bound, result, digests, ids }) {
  const { bundle, report, fault, notice } = check;
  if (result.previous !== digests[2]) fault(t`抽取结果`, t`所接的不是这份承诺：结果或承诺被调换`);
  const number = String(result.number || "");
  if (Boolean(number) !== Boolean(declaration.number)) {
    fault(t`抽取结果`, t`公开号码与公告不一致：公告约定了才能用，约定了就必须用`);
  }
  const terms = { declaration: digests[1], parties: declaration.parties, silence: declaration.silence };
  const digest = DIGESTS[declaration.suite];
  const seed = within(t`种子`, () => seedOf(terms, bound.commitments, result.reveals, number, digest));
  const idAt = (stratum, place) => {
    const one = ids[stratum].get(place);
    if (one === undefined) throw broken(t`抽取结果`, t`按种子应当抽中第 ${place} 号，抽取包里没有：对象被抽掉`);
    return one;
  };
  const run = new Run(declaration, seed, idAt);
  if (run.outcome() !== result.outcome) {
    fault(t`抽取结果`, t`按种子重新抽取，得到的与封存的结果不同：结果不是这样抽出来的`);
  }
  for (let at = STATED; at < bundle.records.length; at += 1) changeAgain(check, run, digests, at);
  report.lines = run.texts();
  report.checked = report.lines.length;
  compare(check, report.lines, bundle.lines);
  if (bundle.records[bundle.records.length - 1].format !== FORMATS.closing) {
    notice(t`抽取包`, t`这次抽取还没有办结，以后可能还有变更记录`);
  }
}

function changeAgain({ bundle, fault }, run, digests, at) {
  const record = bundle.records[at], where = titleOf(at);
  if (record.previous !== digests[at - 1]) fault(where, t`所接的不是前一份记录：中间有记录被抽走或调换`);
  if (record.format === FORMATS.closing) {
    if (record.records !== at || at !== bundle.records.length - 1) {
      fault(t`办结记录`, t`写明共 ${record.records} 份记录，抽取包里有 ${bundle.records.length - 1} 份`);
    }
    return;
  }
  if (record.format !== FORMATS.change) throw broken(where, t`不认识的记录“${record.format}”`);
  within(where, () => run.apply(record));
  if (run.outcome() !== record.outcome) fault(where, t`按种子接着抽取，得到的与封存的结果不同`);
}

// Name who was left out, put in or changed in the lines that are shown.
function compare({ fault }, right, shown) {
  if (right.length === shown.length && right.every((line, at) => line === shown[at])) return;
  const where = t`公布的名单`;
  fault(where, t`与重新抽取的结果不同（应有 ${right.length} 行，公布 ${shown.length} 行）`);
  const mine = new Map(right.map((line) => [keyOf(line), line]));
  const theirs = new Map(shown.map((line) => [keyOf(line), line]));
  const told = [
    ...[...mine.keys()].filter((key) => !theirs.has(key)).map((key) => t`漏掉了 ${key}`),
    ...[...theirs.keys()].filter((key) => !mine.has(key)).map((key) => t`多出了 ${key}`),
    ...[...mine].filter(([key, line]) => theirs.has(key) && theirs.get(key) !== line)
      .map(([key]) => t`${key} 的抽取位置、跳过理由或者选派人员被改动`),
  ];
  for (const what of told.slice(0, MOST_DIFFERENCES)) fault(where, what);
  if (!told.length) fault(where, t`次序被改动`);
}

function keyOf(line) {
  const columns = line.split("\t");
  return columns.length > 3 ? `${columns[0]} ${columns[3]}` : line;
}
