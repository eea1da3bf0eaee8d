// Checks an officer's card in the reader's browser: the signature, the time, nothing sent anywhere.
(function () {
  "use strict";
  var box = document.getElementById("card");
  var DOMAIN = "mingjing officer card v1\n";
  var CLOCK = 120; // seconds by which two phones' clocks may differ

  var list = document.getElementById("words");
  var words = list ? JSON.parse(list.textContent) : {};

  // The Chinese text is the key; {0} stands for the value. Written so that an old browser can say that it is old.
  function t(text, value) {
    return (words[text] || text).replace("{0}", value);
  }

  if ("serviceWorker" in navigator) navigator.serviceWorker.register(box.dataset.worker).catch(function () {});

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }

  // The published key reads name+number+base64(type, key): the last 32 bytes are the key.
  function published() {
    return bytes(box.dataset.key.split("+").slice(2).join("+")).slice(1);
  }

  function say(look, text) {
    var verdict = document.getElementById("verdict");
    verdict.className = "notice " + look;
    verdict.textContent = text;
  }

  function clock(seconds) {
    return new Date(seconds * 1000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }

  function show(told) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-part]"), function (one) {
      var value = told[one.dataset.part];
      one.textContent = one.dataset.part === "e" ? clock(value) : value || t("未载明");
    });
    document.getElementById("told").hidden = false;
    var online = document.getElementById("online");
    online.hidden = false;
    online.firstElementChild.href = box.dataset.officers + encodeURIComponent(told.c) + "/";
  }

  function judge(told) {
    var now = Date.now() / 1000;
    if (now > told.e) return say("red", t("已过期：这个二维码只在 {0} 以前有效。请执法人员当场打开“我的执法证”，重新扫描；只有截图、照片的，不能证明身份。", clock(told.e)));
    if (now < told.b - CLOCK) return say("red", t("还没有生效：二维码的时间晚于这部手机的时间。请核对手机时间后重新扫描。"));
    say("green", t("核验通过：签名属于本机关公布的密钥，在有效时间内。请对照本人面貌。"));
    show(told);
  }

  function check() {
    var parts = location.hash.slice(1).split(".");
    document.getElementById("told").hidden = document.getElementById("online").hidden = true;
    if (location.hash.length < 2) return;
    if (!box.dataset.key) return say("amber", t("本机关还没有公布核验密钥，请在名册中核对。"));
    if (!window.isSecureContext || !window.crypto.subtle) return say("amber", t("这个网址没有加密连接，浏览器不能核对签名。请在名册中核对姓名和证件编号。"));
    if (parts.length !== 3 || parts[0] !== "1") return say("red", t("这不是电子执法证的二维码，或者没有扫描完整。请重新扫描。"));
    var body;
    Promise.resolve().then(function () {
      body = bytes(parts[1]);
      var prefix = new TextEncoder().encode(DOMAIN);
      var signed = new Uint8Array(prefix.length + body.length);
      signed.set(prefix);
      signed.set(body, prefix.length);
      return crypto.subtle.importKey("raw", published(), { name: "Ed25519" }, false, ["verify"]).then(function (key) {
        return crypto.subtle.verify({ name: "Ed25519" }, key, bytes(parts[2]), signed);
      });
    }).then(function (genuine) {
      if (!genuine) return say("red", t("签名不对：内容被改动过，或者不是本机关签发的。请勿相信，可以拒绝并投诉举报。"));
      judge(JSON.parse(new TextDecoder().decode(body)));
    }).catch(function (error) {
      if (error.name === "NotSupportedError") return say("amber", t("这个浏览器较旧，不能离线核对签名。请在名册中核对姓名和证件编号。"));
      say("red", t("这不是电子执法证的二维码，或者没有扫描完整。请重新扫描。"));
    });
  }

  window.addEventListener("hashchange", check);
  check();
})();
