(function () {
  "use strict";
  var all = Array.prototype.slice.call(document.querySelectorAll(".finding"));
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".filters input"));
  var rule = document.querySelector(".filters select");
  var shown = document.querySelector(".filters output");
  function apply() {
    var wanted = {};
    boxes.forEach(function (box) { wanted[box.value] = box.checked; });
    var count = 0;
    all.forEach(function (finding) {
      var visible = wanted[finding.dataset.severity] && (!rule.value || finding.dataset.code === rule.value);
      finding.hidden = !visible;
      if (visible) { count += 1; }
    });
    if (shown) { shown.textContent = "显示 " + count + " 条"; }
  }
  boxes.forEach(function (box) { box.addEventListener("change", apply); });
  if (rule) { rule.addEventListener("change", apply); apply(); }
  function open(target) {
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
      if (node.classList && node.classList.contains("finding")) { node.hidden = false; }
    }
  }
  function follow() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) { open(target); target.scrollIntoView({ block: "center" }); }
  }
  window.addEventListener("hashchange", follow);
  follow();
  document.addEventListener("mouseover", function (event) {
    var finding = event.target.closest && event.target.closest("[data-cells]");
    document.querySelectorAll(".lit").forEach(function (node) { node.classList.remove("lit"); });
    if (finding) {
      finding.dataset.cells.split(" ").forEach(function (id) {
        var cell = id && document.getElementById(id);
        if (cell) { cell.classList.add("lit"); }
      });
    }
  });
})();
