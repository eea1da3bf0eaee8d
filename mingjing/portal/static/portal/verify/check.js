// Checking a receipt step by step, content to leaf to root to signatures. The same steps, and the same verdicts, as
// mingjing/translog/receipt_check.py; tests hold one against the other. No request is made anywhere here.
import { refusal } from "./bytes.js";
import { readObject } from "./json.js";
import { byKey, cosignedAt, LOG_KEY, parseCheckpoint, parseKey, signed, splitNote, WITNESS_KEY } from "./note.js";
import { commitment, KINDS, leafFault, namedDigest, parseReceipt } from "./receipt.js";
import { included, leafHash, pathLength } from "./tlog.js";
import { t } from "./words.js";

export const TITLES = {
  receipt: t`回执文件`,
  content: t`内容 → 指纹（叶）`,
  file: t`您的文件`,
  path: t`叶 → 路径 → 日志的根`,
  signature: t`根 → 日志的签名`,
  witness: t`见证方联署`,
};

// Check a receipt, its bytes or what was read of them. `keys` are vkeys of the log as published, `policy` its
// witnesses ({witnesses: [{name, vkey}], groups: [{name, least, members}], quorum, words}) or null.
export function checkReceipt(given, { keys, policy = null, fileDigest = "" }) {
  const verdict = { steps: [], receipt: null, leaf: null, checkpoint: null };
  const say = (name, state, text, code = "") => verdict.steps.push({ name, state, text, code });
  const trusted = keys.map(trustedKey);
  let note = null;
  try {
    const receipt = given instanceof Uint8Array ? parseReceipt(given) : given;
    verdict.leaf = readObject(receipt.proof.extra);
    note = splitNote(receipt.proof.note);
    verdict.checkpoint = parseCheckpoint(note.text);
    verdict.receipt = receipt;
  } catch (error) {
    if (error.name !== "Refused") throw error;
    say("receipt", "fault", error.message, "format");
    return finish(verdict);
  }
  checkContent(verdict, fileDigest, say);
  checkFile(verdict, fileDigest, say);
  checkPath(verdict, say);
  checkSignature(verdict, note, trusted, say);
  checkWitness(verdict, note, trusted, policy, say);
  return finish(verdict);
}

function finish(verdict) {
  verdict.ok = verdict.steps.every((step) => step.state !== "fault");
  verdict.complete = verdict.ok && verdict.steps.some((step) => step.name === "content" && step.state === "ok");
  verdict.codes = verdict.steps.filter((step) => step.state === "fault").map((step) => step.code);
  return verdict;
}

function trustedKey(text) {
  const key = parseKey(text);
  if (!key.national && (key.type !== LOG_KEY || key.raw.length !== 32)) throw refusal(t`公钥类型不是 Ed25519 或者 SM2`);
  return key;
}

function checkContent({ receipt, leaf }, fileDigest, say) {
  const fault = leafFault(leaf);
  if (fault) return say("content", "fault", t`叶的内容不合规（${fault}）`, "leaf");
  if (leaf.k !== receipt.kind) {
    const told = t`回执说是“${KINDS[receipt.kind]}”，存证的却是“${KINDS[leaf.k] || leaf.k}”`;
    return say("content", "fault", told, "kind");
  }
  const found = commitment(receipt, namedDigest(receipt) ? "" : fileDigest);
  if (found === null) return say("content", "open", t`请再选择收到的 PDF：这份回执不含文书的指纹，要有文件才能核对内容`);
  if (found !== leaf.h) return say("content", "fault", unlike(receipt), "content");
  if (!placed(receipt, leaf)) return say("content", "fault", t`行为自身所写的案件或序号与叶不同`, "leaf");
  return say("content", "ok", t`由所示内容重新计算的指纹，与存证时的指纹（叶）一致`);
}

function unlike(receipt) {
  if (receipt.kind !== "document") return t`所示内容与存证不符：内容或盐被改动过`;
  if (namedDigest(receipt)) return t`查验码或文书指纹与存证不符：其中之一被改动`;
  return t`文书与存证不符：PDF 不是发出的那一份，或者查验码不对`;
}

function placed({ kind, reveal }, leaf) {
  const same = (one, other) => (one === undefined ? null : one) === (other === undefined ? null : other);
  return kind !== "act" || (same(reveal.content.n, leaf.n) && same(reveal.content.case, leaf.c));
}

function checkFile({ receipt }, fileDigest, say) {
  const named = namedDigest(receipt);
  if (fileDigest && named) {
    if (fileDigest === named) say("file", "ok", t`您选择的文件就是存证的那一份，一个字节都不差`);
    else say("file", "fault", t`您选择的文件不是存证的那一份：被改动过、另存过，或者选错了文件`, "file");
  } else if (fileDigest && receipt.kind !== "document") {
    say("file", "open", t`这种回执不对应单个文件，您选择的文件没有用上`);
  } else if (named) {
    say("file", "open", t`还没有选择原件：只核对了回执写明的指纹，没有核对您手里的文件`);
  }
}

function checkPath({ receipt, checkpoint }, say) {
  const { index, path, extra } = receipt.proof, { size, root } = checkpoint, leaf = leafHash(extra);
  if (included(leaf, index, size, path, root)) {
    return say("path", "ok", t`叶沿 ${path.length} 个哈希走到检查点的根：它是日志的第 ${index} 条`);
  }
  if (index >= size) return say("path", "fault", t`序号 ${index} 超出检查点的 ${size} 条：序号被改动`, "index");
  for (const other of misread(index)) {
    if (included(leaf, other, size, path, root)) {
      return say("path", "fault", t`序号被改动：这条路径证明的是第 ${other} 条，不是第 ${index} 条`, "index");
    }
  }
  const needed = pathLength(index, size);
  if (path.length !== needed) {
    const told = t`证明路径被改动：${size} 条的日志中第 ${index} 条应有 ${needed} 个哈希，实有 ${path.length} 个`;
    return say("path", "fault", told, "path");
  }
  return say("path", "fault", t`走不到检查点的根：叶、证明路径或检查点有一处被改动`, "path");
}

// The numbers that differ in one digit, as a slip or a small forgery would.
function misread(index) {
  const text = String(index), found = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const digit of "0123456789") {
      if (digit !== text[at]) found.push(BigInt(text.slice(0, at) + digit + text.slice(at + 1)));
    }
  }
  return found;
}

function checkSignature({ checkpoint }, { text, lines }, trusted, say) {
  const { origin, size } = checkpoint, own = trusted.filter((key) => key.name === origin && !key.national), good = [];
  if (!own.length) {
    const known = Array.from(new Set(trusted.filter((key) => !key.national).map((key) => key.name))).sort().join(t`、`);
    const told = t`检查点属于日志“${origin}”，不是“${known}”：这是另一个日志的回执`;
    return say("signature", "fault", told, "origin");
  }
  for (const key of own) {
    for (const line of lines.filter((one) => byKey(one, key))) {
      if (!signed(key, text, line)) {
        const told = t`检查点的签名无效：签名之后条数或根被改动，或者签名系伪造`;
        return say("signature", "fault", told, "signature");
      }
      good.push(key);
    }
  }
  if (!good.length) return say("signature", "fault", t`检查点没有日志“${origin}”用所公布的密钥作的签名`, "unsigned");
  if (good.every((key) => key.until !== null && size > key.until)) {
    const told = t`签名密钥自第 ${good[0].until} 条起已经停用，不能再签 ${size} 条的检查点`;
    return say("signature", "fault", told, "expired");
  }
  const told = t`检查点（${size} 条）由日志“${origin}”签名，签名有效`;
  const national = nationalLines(trusted, lines, size).map(([key, line]) => signed(key, text, line));
  if (national.includes(false)) {
    return say("signature", "fault", t`${told}；但国密签名（SM2、SM3）无效，系改动或者伪造`, "sm2");
  }
  return say("signature", "ok", national.length ? t`${told}；国密签名（SM2、SM3）也有效` : told);
}

// The log's SM2 key signs beside the Ed25519 key, never in its place.
function nationalLines(trusted, lines, size) {
  const keys = trusted.filter((key) => key.national && (key.until === null || size <= key.until));
  return keys.flatMap((key) => lines.filter((line) => byKey(line, key)).map((line) => [key, line]));
}

function checkWitness({ checkpoint }, { text, lines }, trusted, policy, say) {
  const witnesses = policy ? policy.witnesses.map((one) => ({ key: parseKey(one.vkey), name: one.name })) : [];
  // ML-DSA-44 is not verified here; such a line is passed over like one of an unknown key.
  const able = witnesses.filter((one) => one.key.type === WITNESS_KEY);
  const unknown = lines.filter((line) => ![...trusted, ...able.map((one) => one.key)].some((key) => byKey(line, key)));
  const passed = unknown.length ? t`；另有 ${unknown.length} 行本页不认识的签名，没有采信` : "";
  if (!policy) return say("witness", "open", t`本机关没有公布见证方，没有核对见证${passed}`);
  const seen = new Map();
  for (const { key, name } of able) {
    for (const line of lines.filter((one) => byKey(one, key))) {
      const at = cosignedAt(key, text, line);
      if (at === null) {
        return say("witness", "fault", t`见证“${key.name}”的签名无效：签名之后检查点被改动，或签名系伪造`, "cosignature");
      }
      if (!seen.has(name) || at > seen.get(name)) seen.set(name, at);
    }
  }
  const told = Array.from(seen, ([name, at]) => t`“${name}”于${moment(at)}`).join(t`、`);
  if (!met(policy, seen)) {
    const had = told || t`无`;
    return say("witness", "fault", t`见证不足：要求${policy.words}，实有：${had}${passed}`, "quorum");
  }
  if (!told) return say("witness", "open", t`没有见证：本机关不要求见证${passed}`);
  return say("witness", "ok", t`${told}见证了 ${checkpoint.size} 条的检查点${passed}`);
}

// Groups name only what stands before them, so one pass in order decides all.
function met(policy, seen) {
  const names = new Set(seen.keys());
  for (const group of policy.groups) {
    if (group.members.filter((name) => names.has(name)).length >= group.least) names.add(group.name);
  }
  return policy.quorum === "none" || names.has(policy.quorum);
}

// Write a moment (text with offset, or POSIX seconds) on the Beijing clock.
export function moment(at) {
  const time = typeof at === "bigint" ? new Date(Number(at) * 1000) : new Date(at);
  if (Number.isNaN(time.getTime())) return String(at);
  const local = new Date(time.getTime() + 8 * 3600 * 1000), minutes = String(local.getUTCMinutes()).padStart(2, "0");
  const day = t`${local.getUTCFullYear()}年${local.getUTCMonth() + 1}月${local.getUTCDate()}日`;
  return t`${day}${local.getUTCHours()}时${minutes}分`;
}
