// All words of the page, in Chinese and English. Explanations of rules come from the library and are not here.

const WORDS = {
  title: ["工作台", "studio"],
  documents: ["文章", "Documents"],
  search: ["找文字或名称", "Find text or a name"],
  emptied: ["几乎删光的", "Nearly emptied"],
  allRules: ["所有规则", "All rules"],
  byRule: ["按规则筛选", "Filter by rule"],
  rules: ["规则", "Rules"],
  health: ["概况", "Health"],
  paste: ["粘贴文字", "Paste a text"],
  undo: ["撤销", "Undo"],
  help: ["快捷键", "Keys"],
  light: ["浅色", "Light"],
  dark: ["深色", "Dark"],
  both: ["对照", "Both"],
  original: ["原文", "Original"],
  body: ["正文", "Body"],
  view: ["显示", "Show"],
  lost: ["删去 {n}%", "{n}% removed"],
  noLoss: ["没有删", "nothing removed"],
  cleaning: ["正在清理 {n}/{all}", "cleaning {n} of {all}"],
  count: ["{n} 篇", "{n} documents"],
  pick: ["从左边选一篇文章，或者粘贴一段文字。", "Choose a document on the left, or paste a text."],
  none: ["没有符合的文章", "No document matches"],
  more: ["后面还有 {n} 行，显示更多", "{n} more lines: show more"],
  selected: ["选中 {n} 行", "{n} lines selected"],
  oneSelected: ["第 {n} 行", "Line {n}"],
  words: ["选中了几个字", "Some words selected"],
  make: ["做成规则", "Make a rule"],
  stay: ["这必须留下", "This must stay"],
  kind: ["删多少", "How much goes"],
  as_pasted: ["看样子决定", "By the look of it"],
  line: ["这样的行", "Such lines"],
  words_kind: ["只删这几个字", "Only these words"],
  list: ["小标题和列表", "Heading with its list"],
  run: ["连着几行", "Several in a row"],
  to_end: ["从这里到文末", "From here to the end"],
  why: ["为什么", "Why"],
  goes: ["这一行删了", "This line goes"],
  part: ["删去其中几个字", "Some words go"],
  stays: ["这一行留下", "This line stays"],
  seen: ["匹配时看到的", "What the matcher saw"],
  because: ["因为", "Because of"],
  held: ["本来会删，但是", "Would be removed, but"],
  nearest: ["最接近的规则", "The nearest rules"],
  noNear: ["没有相近的规则。", "No rule comes near."],
  finder: ["正文判断", "Body finder"],
  seam: ["旁边删了以后多出来的空行", "A blank line too many beside what went"],
  openRule: ["打开规则", "Open the rule"],
  show: ["看它删的文章", "Show its documents"],
  rule: ["规则", "Rule"],
  noRule: ["点一行看为什么；选中几行可以做成规则。", "Click a line to see why. Select lines to make a rule of them."],
  reads: ["读作", "It says"],
  readOnly: ["自带的规则，只能看。要改它的结果，选中那一行，点“这必须留下”。", "A shipped rule, to be read only. To change what it does, select the line and press “This must stay”."],
  unsaved: ["还没保存", "Not saved"],
  on: ["启用", "On"],
  trial: ["试用", "On trial"],
  off: ["停用", "Off"],
  site: ["只用于 {host}", "Only for {host}"],
  offHere: ["在 {host} 停用", "Off for {host}"],
  add: ["加一个设置…", "Add a setting …"],
  text: ["规则的文字（TOML）", "The rule as text (TOML)"],
  onlyText: ["这个值只能在下面的文字里改", "This value can only be changed in the text below"],
  examples: ["例子", "Examples"],
  removes: ["要删", "goes"],
  keeps: ["要留", "stays"],
  goTo: ["打开", "Go to"],
  lines: ["这些行", "These lines"],
  here: ["在这一篇", "In this document"],
  everywhere: ["在所有文章", "In all documents"],
  nothing: ["没有变化", "Nothing changes"],
  moves: ["多删 {more} 行，多留 {less} 行", "{more} lines more go, {less} lines more stay"],
  ofDocuments: ["{changed} 篇有变化；多删 {more} 行，多留 {less} 行", "{changed} documents change; {more} lines more go, {less} more stay"],
  sentences: ["其中 {n} 行像完整的句子，要逐行看", "{n} of them look like sentences: read each"],
  sentence: ["句子", "sentence"],
  headline: ["标题", "headline"],
  cancel: ["停止", "Stop"],
  again: ["再算一次", "Run again"],
  save: ["保存…", "Save …"],
  discard: ["放弃", "Discard"],
  diff: ["保存会这样改 {file}", "Saving changes {file} like this"],
  saveNow: ["保存", "Save"],
  saveTrial: ["先试用，保存", "Save on trial"],
  back: ["返回", "Back"],
  danger: ["{why}。所以只能先试用。", "{why}. So it can only be saved on trial."],
  saved: ["已写入 {file}", "Written to {file}"],
  undone: ["已撤销：{file}", "Taken back: {file}"],
  pasteTitle: ["粘贴一段文字", "Paste a text"],
  pasteHost: ["网站（可以不写）", "Site (may be left empty)"],
  pasteGo: ["看看会删什么", "See what goes"],
  close: ["关闭", "Close"],
  removedShare: ["全部 {documents} 篇里删去 {n}% 的字", "{n}% of the characters of all {documents} documents are removed"],
  byCategory: ["删去的字，按类别", "Characters removed, by category"],
  byRuleChart: ["删去的行，按规则", "Lines removed, by rule"],
  guards: ["挡住的次数，按原因", "Held back, by reason"],
  never: ["{n} 条规则从没用上", "{n} rules never hit"],
  fired: ["{n} 篇", "{n} documents"],
  neverHit: ["从没用上", "never hit"],
  firesHere: ["这一篇用上了", "fires here"],
  own: ["自己的规则", "Own rules"],
  shipped: ["自带的规则", "Shipped rules"],
  filterRules: ["找规则", "Find rules"],
  mistakes: ["规则文件有误；有误的规则没有用", "Mistakes in rule files; these rules are left out"],
  lineOf: ["{source} 第 {line} 行：", "{source}, line {line}: "],
  restored: ["上次没保存的规则还在这里", "The rule that was not saved is still here"],
  lineNumber: ["行", "line"],
  newGone: ["现在会删", "goes now"],
  newKept: ["现在会留", "stays now"],
  offline: ["工作台已经结束；请在终端里重新打开", "The studio has ended; open it again"],
  keysTitle: ["快捷键", "Keys"],
  keyMove: ["在文章里上下走（Shift 多选）", "Move in the document (Shift selects)"],
  keyNext: ["下一篇 / 上一篇", "Next / previous document"],
  keyWhy: ["为什么", "Why this line goes or stays"],
  keyMake: ["选中的行做成规则", "Make a rule of the selection"],
  keyStay: ["选中的行必须留下", "The selection must stay"],
  keyHold: ["按住：看原文", "Hold: the original"],
  keySave: ["保存规则", "Save the rule"],
  keyFind: ["找文章", "Find documents"],
};

let at = 1;
const listeners = [];

/** The language of the page: `zh` or `en`. */
export function language() {
  return at === 0 ? "zh" : "en";
}

/** Sets the language, and draws everything again. */
export function setLanguage(name) {
  at = name === "zh" ? 0 : 1;
  document.documentElement.lang = at === 0 ? "zh-CN" : "en";
  listeners.forEach((listener) => listener());
}

export function onLanguage(listener) {
  listeners.push(listener);
}

/** The words of this key; `{name}` is replaced by a value. */
export function t(key, values = {}) {
  const text = WORDS[key][at];
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What the library said, in the language of the page. */
export function said(message) {
  return message?.[language()] ?? "";
}
