/*
 * reports/page_style.c - how the HTML report looks, in light, in dark and on paper, and its small script.
 *
 * Colours: blue and orange tell the planes apart for every kind of colour vision, and whatever a colour says a word, a sign or a
 * position says too. The phases have Paul Tol's "light" scheme (SRON technical note 3.2), made for cells with dark text in them.
 */
#include "reports/page.h"

// clang-format off
#define LIGHT \
    "--bg:#fff;--fg:#1a1f26;--soft:#5a6472;--rule:#d7dce3;--panel:#f5f6f8;--shade:#f1f2f5;" \
    "--p0:#2f6bb8;--p0t:#c9dcf4;--p0on:#fff;--p1:#e08a1e;--p1t:#fae0bd;--p1on:#20160a;" \
    "--good:#0b7a55;--bad:#c22f1d;--warn:#8a5a00;--unsure:#6847a6;--gone:#4b5563;--goodt:#e2f4ec;--badt:#fdeae7;--warnt:#fcf1d9;--unsuret:#efe9fa;--gonet:#eceef1;" \
    "--step:#5d6f86;--stepon:#fff;--held:#cdd5df;--ponr:#a1216f;--dot:#8b96a5;--h0:#77aadd;--h1:#99ddff;--h2:#44bb99;--h3:#bbcc33;--h4:#aaaa00;--h5:#eedd88;--h6:#ee8866;--h7:#ffaabb;--h8:#c9c9c9"

const char PAGE_STYLE[] =
":root{color-scheme:light dark;" LIGHT "}\n"
"@media(prefers-color-scheme:dark){:root{--bg:#14171c;--fg:#e5e8ed;--soft:#9aa5b3;--rule:#333b46;--panel:#1c2128;--shade:#1e232b;"
"--p0:#6aa5ee;--p0t:#27405f;--p0on:#0b1420;--p1:#f0a040;--p1t:#5b4019;--p1on:#1c1204;"
"--good:#45c79c;--bad:#ff806e;--warn:#e8b339;--unsure:#b9a0f0;--gone:#a3adba;--goodt:#15322a;--badt:#401d19;--warnt:#3a2d10;--unsuret:#2c2342;--gonet:#2a3039;"
"--step:#8fa3bd;--stepon:#10151c;--held:#3b4654;--ponr:#f277bd;--dot:#6d7887;--h0:#6b9bca;--h1:#87c4e2;--h2:#3fae8e;--h3:#a9b92f;--h4:#9a9a05;--h5:#d3c57a;--h6:#d97a5b;--h7:#e596a6;--h8:#a8a8a8}}\n"
"*{box-sizing:border-box}body{margin:0 auto;max-width:1280px;padding:24px 28px 64px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}\n"
"h1{font-size:26px;margin:0 0 4px;line-height:1.25}h2{font-size:19px;margin:36px 0 10px}h3{font-size:15px;margin:22px 0 8px}\n"
"p{margin:6px 0}a{color:inherit}code{font:13px/1.45 ui-monospace,'Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}code.cmd{user-select:all}.soft{color:var(--soft)}.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
".badge{display:inline-block;border-radius:4px;padding:1px 8px;font-weight:600;font-size:13px;white-space:nowrap;border:1px solid}\n"
".passed{color:var(--good);background:var(--goodt)}.failed{color:var(--bad);background:var(--badt)}.inconclusive{color:var(--unsure);background:var(--unsuret)}.budget{color:var(--warn);background:var(--warnt)}.broken{color:var(--gone);background:var(--gonet)}\n"
".chips{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0}.chips .badge{font-size:14px;padding:3px 10px}\n"
".tools{display:flex;gap:8px;align-items:center;flex-wrap:wrap;margin:0 0 10px}.tools input{font:inherit;padding:5px 10px;border:1px solid var(--rule);border-radius:6px;background:var(--bg);color:inherit;width:380px;max-width:100%}.tools button{font:inherit;padding:5px 12px;border:1px solid var(--rule);border-radius:6px;background:var(--panel);color:inherit;cursor:pointer}\n"
".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}th{font-weight:600;text-align:left;color:var(--soft);font-size:13px}th.num{text-align:right}th,td{padding:6px 10px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}.cols td:last-child{overflow-wrap:anywhere}td p{margin:2px 0}tr[hidden]{display:none}\n"
".name{font-weight:600;text-decoration:none}.name:hover{text-decoration:underline}.why{max-width:62em}\n"
"details.run{border:1px solid var(--rule);border-radius:8px;margin:12px 0;background:var(--bg)}details.run>summary{padding:10px 16px;cursor:pointer;border-radius:8px;background:var(--panel);display:flex;gap:12px;align-items:baseline;flex-wrap:wrap;list-style:none}details.run>summary::-webkit-details-marker{display:none}details.run>summary::before{content:'\\25b8';color:var(--soft);width:.8em}details.run[open]>summary::before{content:'\\25be'}details.run>summary b{font-size:16px}details.run>summary .soft{margin-left:auto;font-size:14px}.body{padding:4px 18px 18px}\n"
".box{border-left:5px solid;border-radius:6px;padding:12px 16px;margin:14px 0}.box>*{color:var(--fg)}.box .head{font-size:17px;font-weight:600;margin:0 0 4px}.box dl{margin-top:8px}\n"
".cols{display:flex;flex-wrap:wrap;gap:8px 40px}.cols>*{flex:1 1 420px;min-width:0}ol.story{margin:6px 0;padding-left:1.4em}\n"
"dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 14px;margin:6px 0;font-size:14px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
".tag{display:inline-block;border:1px solid var(--rule);border-radius:10px;padding:0 9px;margin:0 4px 3px 0;font-size:13px}\n"
".ok{color:var(--good)}.no{color:var(--bad)}.maybe{color:var(--unsure)}.late{color:var(--warn)}td.mark{white-space:nowrap;font-weight:600}td.id{white-space:nowrap;font-weight:600}\n"
"details.more{margin:14px 0 0}details.more>summary{cursor:pointer;font-weight:600}.events td{font-size:13px;padding:2px 10px 2px 0;border:0;overflow-wrap:anywhere}.events tr:nth-child(even){background:var(--panel)}.events td:nth-child(-n+3){white-space:nowrap;color:var(--soft)}.log td{font-size:13px}.log .seen{color:var(--soft)}\n"
"svg{display:block}svg text{font:11px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:var(--fg)}svg.timeline{width:100%;min-width:960px;height:auto}svg.stairs{width:100%;max-width:560px;height:auto}svg.mini{border-radius:2px}svg text.name{font-size:12.5px;font-weight:600}svg text.row,svg text.tick{fill:var(--soft)}svg text.tick{stroke:var(--bg);stroke-width:4px;paint-order:stroke}svg text.good{fill:var(--good);font-weight:600}\n"
".grid{stroke:var(--rule);stroke-width:1;opacity:.75}.rule{stroke:var(--rule)}.shade{fill:var(--shade)}.nowhere{fill:url(#rain)}\n"
"rect.p0,path.p0,.p0 rect.active,.p0 rect.writes,.p0 rect.primary{fill:var(--p0)}rect.p1,path.p1,.p1 rect.active,.p1 rect.writes,.p1 rect.primary{fill:var(--p1)}.p0 rect.standby,.p0 rect.reads,.p0 rect.recovery{fill:var(--p0t)}.p1 rect.standby,.p1 rect.reads,.p1 rect.recovery{fill:var(--p1t)}\n"
"rect.fenced{fill:url(#hatch);stroke:var(--dot);stroke-width:.6}rect.starting,rect.demoting,rect.empty,rect.otherstate{fill:url(#dots);stroke:var(--dot);stroke-width:.6}rect.down{fill:var(--rule);height:2px;transform:translateY(3.5px)}rect.other{fill:var(--held)}\n"
"svg .on text{fill:var(--fg)}svg .p0 .on text.active,svg .on text.p0{fill:var(--p0on)}svg .p1 .on text.active,svg .on text.p1{fill:var(--p1on)}svg .on text.fenced,svg .on text.starting,svg .on text.demoting,svg .on text.empty,svg .on text.otherstate{stroke:var(--bg);stroke-width:5px;paint-order:stroke;stroke-linejoin:round}\n"
"rect.done{fill:var(--step)}svg .on text.done,svg .on text.undo,svg .on text.failed,svg .on text.stopped{fill:var(--stepon)}rect.held,rect.planned{fill:var(--held)}rect.failed,rect.stopped{fill:var(--bad)}rect.open{fill:var(--gone)}svg .on text.open{fill:var(--bg)}rect.undo,rect.undone{fill:var(--unsure)}rect.act{fill:var(--fg)}rect.warning{fill:var(--warn)}use.finding{fill:var(--bad)}\n"
"rect.cleared{fill:var(--warn)}rect.lasting{fill:url(#slant);stroke:var(--warn);stroke-width:.6}svg .on text.cleared{fill:var(--bg)}svg .on text.lasting{stroke:var(--bg);stroke-width:5px;paint-order:stroke;stroke-linejoin:round}use.witness{fill:var(--warn)}rect.record{fill:var(--fg)}rect.taken{fill:var(--good)}rect.refused{fill:var(--bad)}\n"
"path.synced{fill:none;stroke:var(--fg);stroke-width:1.8}path.ponr{stroke:var(--ponr);stroke-width:1.5;stroke-dasharray:5 3}use.ponr{fill:var(--ponr)}path.violated{stroke:var(--bad);stroke-width:1.2;stroke-dasharray:2 3}path.inconclusive{stroke:var(--unsure);stroke-dasharray:2 3}path.missed{stroke:var(--warn);stroke-dasharray:2 3}use.violated{fill:var(--bad)}use.inconclusive{fill:var(--unsure)}use.missed{fill:var(--warn)}.flags text{font-weight:600;stroke:var(--bg);stroke-width:3px;paint-order:stroke}\n"
".h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}.h4{fill:var(--h4)}.h5{fill:var(--h5)}.h6{fill:var(--h6)}.h7{fill:var(--h7)}.h8{fill:var(--h8)}svg .on text.h0,svg .on text.h1,svg .on text.h2,svg .on text.h3,svg .on text.h4,svg .on text.h5,svg .on text.h6,svg .on text.h7,svg .on text.h8{fill:#1a1a12}\n"
".legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}.legend li{display:flex;gap:6px;align-items:center}.legend svg{flex:none}\n"
"line.now{stroke:var(--fg);stroke-width:1;opacity:.55}text.now{font-weight:600;stroke:var(--bg);stroke-width:4px;paint-order:stroke}footer{margin-top:40px;color:var(--soft);font-size:13px}\n"
"@media print{:root{color-scheme:light;" LIGHT "}"
"@page{size:A4 landscape;margin:12mm}body{padding:0;max-width:none;font-size:12px;print-color-adjust:exact;-webkit-print-color-adjust:exact}.tools{display:none}details.run{border:0;break-before:page}details.run::details-content{content-visibility:visible;display:block;height:auto}details.more:not([open]){display:none}svg.timeline{min-width:0;max-height:175mm}figure,.box,tr,svg{break-inside:avoid}.wide{overflow:visible}}\n"
"figure{margin:14px 0 0}figcaption{margin:0}\n";

const char PAGE_SIGNS[] =
"<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
"<pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"var(--bg)\"/><rect width=\"2.6\" height=\"7\" fill=\"var(--dot)\"/></pattern>"
"<pattern id=\"slant\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\"><rect width=\"6\" height=\"6\" fill=\"var(--bg)\"/><rect width=\"2\" height=\"6\" fill=\"var(--warn)\"/></pattern>"
"<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"var(--panel)\"/><circle cx=\"3\" cy=\"3\" r=\"1.2\" fill=\"var(--dot)\"/></pattern>"
"<pattern id=\"rain\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"var(--panel)\"/><circle cx=\"4\" cy=\"4\" r=\".8\" fill=\"var(--dot)\"/></pattern>"
"<path id=\"flag\" d=\"M0-6V6H1.4V1H8L6.2-2.4 8-6Z\"/>"
"<path id=\"cross\" d=\"M1-4L0-3 3 0 0 3 1 4 4 1 7 4 8 3 5 0 8-3 7-4 4-1Z\"/>"
"<path id=\"eye\" d=\"M0-4.5L4 0 0 4.5-4 0Z\"/>"
"<path id=\"pin\" d=\"M-1-5H7L4 0 7 5H-1Z\"/>"
"</defs></svg>\n";

#define SWATCH(group, look) "<svg width=\"18\" height=\"11\"><g class=\"" group "\"><rect width=\"18\" height=\"11\" class=\"" look "\"/></g></svg>"
#define SIGN(group, sign, look) "<svg width=\"12\" height=\"12\"><g class=\"" group "\"><use href=\"#" sign "\" x=\"3\" y=\"6\" class=\"" look "\"/></g></svg>"

const char PAGE_LEGEND[] =
"<ul class=\"legend\">"
"<li>" SWATCH("p0", "active") "first plane active; API takes writes; Postgres primary; name points there; connected there</li>"
"<li>" SWATCH("p1", "active") "the same of the second plane</li>"
"<li>" SWATCH("p0", "standby") SWATCH("p1", "standby") "standby; API only reads; Postgres in recovery</li>"
"<li>" SWATCH("", "fenced") "fenced</li>"
"<li>" SWATCH("", "starting") "starting</li>"
"<li>" SWATCH("", "nowhere") "connected to no plane</li>"
"<li><svg width=\"18\" height=\"11\"><path d=\"M0 9H8V3H18\" class=\"synced\"/></svg>synced since promotion</li>"
"<li>" SWATCH("", "shade") "outage</li>"
"<li><svg width=\"18\" height=\"11\"><path d=\"M0 6H18\" class=\"ponr\"/></svg>point of no return</li>"
"<li>" SWATCH("", "done") "step carried out</li>"
"<li>" SWATCH("", "held") "step that held by itself</li>"
"<li>" SWATCH("", "failed") "failed or stopped</li>"
"<li>" SWATCH("", "undo") "undone</li>"
"<li>" SIGN("", "flag", "finding") "finding</li>"
"<li>" SWATCH("", "cleared") "fault, put back at its end</li>"
"<li>" SWATCH("", "lasting") "fault that nobody put back</li>"
"<li>" SIGN("", "eye", "witness") "fault seen at work</li>"
"<li>" SIGN("", "cross", "violated") "violation</li>"
"</ul>\n";

const char PAGE_SCRIPT[] =
"window.addEventListener('error',function(e){document.documentElement.setAttribute('data-script-error',e.message)});\n"
"(function(){'use strict';\n"
"var d=document,runs=d.querySelectorAll('details.run'),rows=d.querySelectorAll('#scenarios tbody tr'),tools=d.getElementById('tools');\n"
"function add(tag,text,act){var e=d.createElement(tag);if(text)e.textContent=text;if(act)e.addEventListener('click',act);tools.appendChild(e);return e}\n"
"function all(open){runs.forEach(function(r){r.open=open})}\n"
"if(tools){var box=add('input');box.type='search';box.placeholder='filter: name, result, outcome, label';box.setAttribute('aria-label','filter');\n"
"box.addEventListener('input',function(){var words=box.value.toLowerCase().split(/\\s+/);rows.forEach(function(r,i){\n"
"var text=(r.getAttribute('data-words')||r.textContent).toLowerCase(),ok=words.every(function(w){return text.indexOf(w)>=0});\n"
"r.hidden=!ok;var run=d.getElementById('run-'+(i+1));if(run)run.parentNode.hidden=!ok})});\n"
"add('button','open all',function(){all(true)});add('button','close all',function(){all(false)})}\n"
"function show(){var e=location.hash&&d.getElementById(location.hash.slice(1)),r=e&&e.closest('details');if(r){r.open=true;r.scrollIntoView()}}\n"
"addEventListener('hashchange',show);show();\n"
"function el(name,look,parent){var e=d.createElementNS(parent.namespaceURI,name);e.setAttribute('class',look);e.style.pointerEvents='none';parent.appendChild(e);return e}\n"
"function two(n){return(n<10?'0':'')+n}\n"
"d.querySelectorAll('svg.timeline').forEach(function(s){var left=+s.dataset.left,right=+s.dataset.right,end=+s.dataset.end,box=s.viewBox.baseVal,line,word;\n"
"s.addEventListener('pointermove',function(e){var r=s.getBoundingClientRect(),x=(e.clientX-r.left)*box.width/r.width;if(x<left||x>right){off();return}\n"
"if(!line){line=el('line','now',s);word=el('text','now',s)}var t=Math.round((x-left)/(right-left)*end/1000);\n"
"line.setAttribute('x1',x);line.setAttribute('x2',x);line.setAttribute('y1',44);line.setAttribute('y2',box.height);\n"
"word.setAttribute('x',x>right-60?x-6:x+6);word.setAttribute('text-anchor',x>right-60?'end':'start');word.setAttribute('y',box.height-4);word.textContent=Math.floor(t/60)+':'+two(t%60)});\n"
"function off(){if(line){line.remove();word.remove();line=word=null}}s.addEventListener('pointerleave',off)});\n"
"d.documentElement.setAttribute('data-script','ready')})();\n";
// clang-format on
