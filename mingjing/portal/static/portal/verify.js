// Computes the fingerprint of a document in the browser, so that the file need not leave the reader's machine.
// Without this script, or without WebCrypto, the form sends the file and the server computes it.
(function () {
  "use strict";
  var form = document.querySelector("form.compare");
  if (!form || !window.crypto || !window.crypto.subtle || !window.FileReader) return;
  document.getElementById("how").textContent = "指纹在您的电脑或者手机上计算，文件不会上传。";
  form.addEventListener("submit", function (event) {
    var file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    var reader = new FileReader();
    reader.onload = function () {
      window.crypto.subtle.digest("SHA-256", reader.result).then(function (digest) {
        var hex = Array.prototype.map.call(new Uint8Array(digest), function (byte) {
          return ("0" + byte.toString(16)).slice(-2);
        }).join("");
        window.location.assign(form.dataset.page + "?sha256=" + hex + "#compare");
      }, function () { form.submit(); });
    };
    reader.onerror = function () { form.submit(); };
    reader.readAsArrayBuffer(file);
  });
})();
