/* The key of one officer on this phone. A random AES-GCM key seals everything; it is kept only wrapped by a key made
   from the officer's pass code (PBKDF2), and unwrapped it is not extractable and lives in memory alone. */

import * as store from "./store.js";

const ROUNDS = 600000;
export const SHORTEST = 6;

const bytes = (text) => new TextEncoder().encode(text);
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

const wrapping = async (code, salt) => {
  const typed = await crypto.subtle.importKey("raw", bytes(code.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
};

export const knows = async (user) => Boolean(await store.get("keys", user));

export const create = async (user, code) => {
  const salt = random(16);
  const iv = random(12);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const wrapped = await crypto.subtle.wrapKey("raw", key, await wrapping(code, salt), { name: "AES-GCM", iv, additionalData: bytes(user) });
  await store.put("keys", { user, salt, iv, wrapped });
  return unlock(user, code);
};

/* Gives the vault, or null where the pass code is wrong. */
export const unlock = async (user, code) => {
  const { salt, iv, wrapped } = await store.get("keys", user);
  try {
    const key = await crypto.subtle.unwrapKey(
      "raw", wrapped, await wrapping(code, salt), { name: "AES-GCM", iv, additionalData: bytes(user) },
      { name: "AES-GCM" }, false, ["encrypt", "decrypt"]);
    return new Vault(user, key);
  } catch {
    return null;
  }
};

class Vault {
  #key;

  constructor(user, key) {
    this.user = user;
    this.#key = key;
  }

  /* `about` names the row: sealed bytes put into another row do not open. */
  async seal(about, data) {
    const iv = random(12);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(`${this.user}/${about}`) }, this.#key, data);
    return { iv, sealed };
  }

  async open(about, { iv, sealed }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytes(`${this.user}/${about}`) }, this.#key, sealed);
  }

  async sealJson(about, value) { return this.seal(about, bytes(JSON.stringify(value))); }

  async openJson(about, row) { return JSON.parse(new TextDecoder().decode(await this.open(about, row))); }

  lock() { this.#key = null; }
}
