#include "reports/charts/style.hpp"

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

// Colours of text have a contrast of 4.5 to 1 and more on their background, in light and in dark.
constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--mute:#57606a;--grid:#e4e7eb;--card:#f6f8fa;
--rule:#d0d7de;--badtext:#b3261e;--goodtext:#1a6e34;--warntext:#7d5200;--badfill:#c93c37;
--goodfill:#8fcf9f;--warnfill:#e3b341;--plainfill:#8c959f;--writefill:#1f6feb;--ongood:#0b3d1a;
--onplain:#14181d;--link:#0b57c2;
--c0:#1a7f5a;--c1:#1f6feb;--c2:#bc4c00;--c3:#6e7781;--c4:#8250df;--c5:#0a7ea4;--c6:#bf3989;
--c7:#7d6608}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--mute:#9da7b3;--grid:#262c36;
--card:#161b22;--rule:#3d444d;--badtext:#ff8078;--goodtext:#5fd07f;--warntext:#e3b341;
--badfill:#c93c37;--goodfill:#2c6e3f;--warnfill:#c69026;--plainfill:#768390;--writefill:#539bf5;
--ongood:#e6ffec;--onplain:#05080c;--link:#6cb6ff;
--c0:#4cc38a;--c1:#6cb6ff;--c2:#f69d50;--c3:#9da7b3;--c4:#b987ff;--c5:#39c5cf;
--c6:#fc8dc7;--c7:#d6c24a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1000px;margin:0 auto;padding:20px}
h1{font-size:24px;line-height:1.25;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:18px;margin:36px 0 6px;padding-top:6px}
h3{font-size:15px;margin:18px 0 4px}
h2 small,h3 small{font-weight:400;color:var(--mute);font-size:14px}
p{margin:4px 0 8px;overflow-wrap:anywhere}
a{color:var(--link)}
code,kbd,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
pre{background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:8px 12px;
overflow-x:auto;margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.mute{color:var(--mute)}
.facts{color:var(--mute)}
.tag{display:inline-block;border-radius:5px;padding:1px 9px;margin-right:8px;font-weight:700;
color:#fff;background:#59636e}
.tag.bad{background:#b3261e}.tag.good{background:#1a6e34}.tag.warn{background:#8a5a00}
.card{border:1px solid var(--rule);border-left:5px solid var(--rule);border-radius:6px;
background:var(--card);padding:10px 14px;margin:10px 0;overflow-wrap:anywhere}
.card.bad{border-left-color:var(--badfill)}.card.warn{border-left-color:var(--warnfill)}
.card h3{margin:0 0 2px}.card p{margin:2px 0}.card h3 small{font-weight:600}
.card.bad h3 small{color:var(--badtext)}.card.warn h3 small{color:var(--warntext)}
.card dl{display:grid;grid-template-columns:76px 1fr;gap:2px 14px;margin:6px 0}
.card dl+h3{margin-top:14px}
.card dt{color:var(--mute)}.card dd{margin:0;min-width:0}
.tbl{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:4px 0 10px}
th,td{text-align:left;vertical-align:top;padding:5px 16px 5px 0;border-bottom:1px solid var(--grid)}
th{font-weight:600;white-space:nowrap}
td{overflow-wrap:anywhere;min-width:90px}td.k{min-width:220px}td.o{min-width:240px}
td.v{min-width:118px}td.n,td.s{min-width:0}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.s{font-weight:600;white-space:nowrap}
.bad>b,td.bad,.badtext{color:var(--badtext)}td.good{color:var(--goodtext)}
td.warn{color:var(--warntext)}td.none{color:var(--mute)}
.legend{list-style:none;margin:2px 0;padding:0;display:flex;flex-wrap:wrap;gap:2px 18px;
color:var(--mute);font-size:14px}
.legend li{overflow-wrap:anywhere}
.legend i{display:inline-block;width:20px;height:0;border-top:3px solid var(--c);margin-right:6px;
vertical-align:middle}
.legend i.d{border-top-style:dashed}
.legend b{display:inline-block;width:12px;height:12px;background:var(--c);margin-right:6px;
border-radius:2px;vertical-align:-1px}
details summary{cursor:pointer;color:var(--mute);margin:6px 0}
.tell{display:none;list-style:none;margin:6px 0;padding:0}
.tell li{border-left:3px solid var(--rule);padding:2px 0 6px 10px;overflow-wrap:anywhere}
.tell li.badtext{border-left-color:var(--badfill)}
.tell i{display:block;font-style:normal;color:var(--mute);font-size:12px}
.tell b{font-weight:600}.narrow{display:none}
.fig{overflow-x:auto;margin:4px 0 8px}
svg{display:block;width:100%;height:auto;min-width:760px}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
font-size:12px;fill:var(--fg)}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}
.c5{--c:var(--c5)}.c6{--c:var(--c6)}.c7{--c:var(--c7)}
.good{--c:var(--goodfill);--on:var(--ongood)}.bad{--c:var(--badfill);--on:#fff}
.warn{--c:var(--warnfill);--on:#1f2328}.plain{--c:var(--plainfill);--on:var(--onplain)}
.wr{--c:var(--writefill);--on:#fff}
svg .l{fill:none;stroke:var(--c);stroke-width:1.7;stroke-linejoin:round}
svg .l.d{stroke-dasharray:4 3;stroke-width:1.3}
svg .p{fill:var(--c);stroke:none}
svg .f,svg .st{fill:var(--c)}
svg .iv{stroke:var(--c);stroke-width:3}
svg text.sn{fill:var(--on);font-size:11px}
svg .g{stroke:var(--grid)}svg .zero{stroke:var(--mute)}
svg text.a{fill:var(--mute)}svg text.w{fill:var(--fg)}
svg .m{text-anchor:middle}svg .e{text-anchor:end}
svg .band{fill:#e5534b;fill-opacity:.13}
svg .nodata{fill:var(--mute);fill-opacity:.13}
svg text.bn{fill:var(--badtext);font-weight:600;font-size:11.5px}
svg .bt{stroke:var(--badfill);stroke-opacity:.35}
svg .lv{stroke:var(--badfill);stroke-dasharray:7 4;stroke-width:1.2}
svg text.ln{fill:var(--badtext);font-size:11.5px}
svg text.ln,svg text.mt,svg text.brt{paint-order:stroke;stroke:var(--bg);stroke-width:4px;
stroke-linejoin:round}
svg .ll{stroke:var(--rule);stroke-width:1.5}
svg text.lh{font-weight:700;font-size:13px}
svg .ms{fill:none;stroke:var(--mute);stroke-width:1.5}svg .rp{stroke-dasharray:5 3}
svg .hit{stroke:var(--badfill)}svg .off{stroke:var(--badfill);stroke-width:2.2}
svg .x{stroke:var(--badfill);stroke-width:2.6}
svg .mk.wr{fill:var(--writefill)}svg .mk.nt{fill:var(--bg);stroke:var(--mute);stroke-width:1.5}
svg .mk.off{fill:var(--badfill);stroke:none}
svg text.red,svg text.brt{fill:var(--badtext);font-weight:600}
svg .br{stroke:var(--badfill);stroke-width:2}
svg .gap{fill:var(--card);stroke:none}
svg .cur{stroke:var(--mute);stroke-dasharray:2 2}
#tip{position:fixed;display:none;pointer-events:none;background:var(--fg);color:var(--bg);
padding:5px 9px;border-radius:5px;font-size:13px;line-height:1.4;max-width:300px;white-space:pre;
font-variant-numeric:tabular-nums}
@media (max-width:600px){.tell,.narrow{display:block}.wide{display:none}
table.stack thead{display:none}table.stack tr{display:block;border-bottom:1px solid var(--rule);
padding:6px 0}table.stack td{display:block;border:0;padding:1px 0;min-width:0;text-align:left;
white-space:normal}table.stack td:empty{display:none}
table.stack td[data-l]::before{content:attr(data-l) " ";color:var(--mute);font-weight:400}
main{padding:14px}h1{font-size:20px}body{font-size:14px}
.card dl{grid-template-columns:1fr;gap:0}.card dd{margin-bottom:4px}}
@media print{.tell,.narrow{display:none}.wide{display:block}
main{max-width:none;padding:0}svg{min-width:0}.fig,.tbl{overflow:visible}
h2{break-after:avoid}.fig,.card{break-inside:avoid}}
)css";

// Finds the step below the pointer and shows what each series has there. Texts are set as text.
constexpr std::string_view script = R"js(
(function(){
var tip=document.createElement('div');tip.id='tip';document.body.appendChild(tip);
function digits(v){return v>=100?v.toFixed(0):v>=10?v.toFixed(1):v.toFixed(2)}
function label(unit,v){
if(unit==1)return v>=1e6?digits(v/1e6)+' s':v>=1e3?digits(v/1e3)+' ms':v+' µs';
if(unit==2)return digits(v/1e3);
return String(v)}
document.querySelectorAll('svg.h').forEach(function(svg){
var t=svg.dataset.t.split(' ').map(Number),x=svg.dataset.x.split(' ').map(Number);
var rows=Array.prototype.map.call(svg.querySelectorAll('[data-v]'),function(g){
return{name:g.dataset.n,unit:+g.dataset.u,values:g.dataset.v.split(',')}});
var cur=document.createElementNS('http://www.w3.org/2000/svg','line');
cur.setAttribute('class','cur');cur.setAttribute('y1',0);
cur.setAttribute('y2',svg.viewBox.baseVal.height);
function leave(){tip.style.display='none';cur.remove()}
svg.addEventListener('pointerleave',leave);
svg.addEventListener('pointermove',function(e){
var box=svg.getBoundingClientRect(),at=(e.clientX-box.left)*svg.viewBox.baseVal.width/box.width;
if(at<x[0]||at>=x[1])return leave();
var i=Math.floor((at-x[0])/(x[1]-x[0])*(t[1]-t[0])/t[2]);
var text=(t[0]+i*t[2])/1000+' s';
rows.forEach(function(r){if(r.values[i])text+='\n'+r.name+': '+label(r.unit,+r.values[i])});
tip.textContent=text;tip.style.display='block';
var w=tip.offsetWidth;
tip.style.left=Math.max(4,Math.min(e.clientX+14,innerWidth-w-8))+'px';
tip.style.top=e.clientY+14+'px';
cur.setAttribute('x1',at);cur.setAttribute('x2',at);svg.appendChild(cur)})})})();
)js";

}  // namespace

std::string html_page(std::string_view title, std::string_view body) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      // Nothing is fetched, whatever a text of others might have become.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>";
  page.reserve(page.size() + style.size() + script.size() + body.size() + 1'000);
  page.append(html_text(title)).append("</title>\n<style>").append(style);
  page.append("</style></head>\n<body><main>\n").append(body).append("</main>\n<script>");
  return page.append(script).append("</script></body></html>\n");
}

std::string figure(std::string_view svg) {
  return std::string("<div class=\"fig\" tabindex=\"0\">").append(svg).append("</div>\n");
}

std::string wide_figure(std::string_view svg) {
  return std::string("<div class=\"fig wide\" tabindex=\"0\">").append(svg).append("</div>\n");
}

}  // namespace seawall::charts
