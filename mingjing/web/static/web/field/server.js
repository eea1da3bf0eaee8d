/* Talking with the server: the only module that does. Every answer is one of a few kinds; no network is one of them. */

export class Unreachable extends Error {}
export class SignedOut extends Error {}

const PATIENCE = 60000;

const ask = async (address, options = {}) => {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { "X-Requested-With": "fetch", ...options.headers }, signal: AbortSignal.timeout(PATIENCE), cache: "no-store", redirect: "follow" });
  } catch {
    throw new Unreachable("没有网络");
  }
  if (answer.status === 401) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Unreachable(`服务器暂时不可用（${answer.status}）`);
  return answer;
};

/* The token of forms, fresh: a page kept on the phone holds none. */
export const signedIn = async () => {
  const answer = await ask(document.body.dataset.session);
  const state = await answer.json().catch(() => ({}));
  if (!state.signed_in) throw new SignedOut();
  return state.token;
};

export const fetchPack = async (version) => {
  const answer = await ask(document.body.dataset.pack, { headers: version ? { "If-None-Match": version } : {} });
  if (answer.status === 304) return null;
  if (answer.status === 403) return { refused: true };
  if (!answer.ok) throw new Unreachable(`表格没有取到（${answer.status}）`);
  return answer.json();
};

const judged = async (answer) => {
  // 403 is a token that has grown old or a right that was taken away: nothing is lost by asking to sign in again.
  if (answer.status === 403) throw new SignedOut();
  const words = await answer.json().catch(() => null);
  if (answer.ok && words) return { taken: words };
  return { refused: words || { message: `服务器没有接收（${answer.status}）。内容仍在手机里。` } };
};

export const sendPicture = async (token, about, data, name, type) => {
  const form = new FormData();
  for (const [key, value] of Object.entries(about)) form.append(key, value);
  form.append("file", new Blob([data], { type }), name);
  return judged(await ask(document.body.dataset.pictures, { method: "POST", headers: { "X-CSRFToken": token }, body: form }));
};

export const sendRecord = async (token, sent) => judged(await ask(document.body.dataset.records, {
  method: "POST", headers: { "X-CSRFToken": token, "Content-Type": "application/json" }, body: JSON.stringify(sent),
}));

export const signOut = async () => {
  const token = await signedIn();
  await ask(document.body.dataset.logout, { method: "POST", headers: { "X-CSRFToken": token } });
};
