// Invented articles for the tests of the page.

const SITE = "https://news.riverbend.example";

const bodies = [
  ["渡口重新开航", "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。", "船工老周说，今年的水比往年大，船要小心地开，人也要小心地走。", "对岸的早市已经摆开，卖豆腐的老人把第一板豆腐切得整整齐齐。"],
  ["图书馆延长开放", "河湾图书馆从下周起延长开放时间，周末的灯会一直亮到晚上十点。", "馆长说，增加的人手来自附近两所学校的志愿者，他们轮流值班。", "第一批读者在门口排起了队，有人带着自己的水杯和坐垫。"],
  ["The ferry sails again", "The old ferry sailed again yesterday, and forty people stood on the first boat at six in the morning.", "The river is higher than in other years, said the ferryman, so the boat has to go slowly.", "On the other bank the market had already begun when the first passengers arrived."],
];

/** The records of a collection: texts with lines that should go, one of them with markup in it. */
export function articles(count) {
  return Array.from({ length: count }, (_, number) => {
    const [title, ...body] = bodies[number % bodies.length];
    // Articles that share most of their lines would be copies of one; numbers alone make no difference.
    const of = (words, step) => words[Math.floor(number / step) % words.length];
    const own = number % 3 === 2
      ? ` The ${of(["first", "second", "third", "last"], 3)} boat carried ${of(["apples", "letters", "bricks", "lamps", "sheep"], 12)} that day.`
      : `${of(["头一", "第二", "第三", "末一"], 3)}条船这一天装的是${of(["苹果", "信件", "砖头", "灯笼", "绵羊"], 12)}。`;
    const lines = [title, ...body.map((text) => text + own)];
    if (number % 3 !== 2) lines.push("河湾早报纸质版各码头有售", "责任编辑：王小满", "相关新闻", "渡口的夜晚", "对岸的早市", "版权所有 河湾早报 未经授权不得转载");
    else lines.push("Get the Riverbend Morning on paper", "Share this article", "© 2024 Riverbend Morning. All rights reserved.");
    if (number === 1) lines.splice(2, 0, "<script>window.harmed = true</script><img src=x onerror='window.harmed = true'>");
    return { id: `r${number}`, url: `${SITE}/${number}`, text: `${lines.join("\n")}\n` };
  });
}
