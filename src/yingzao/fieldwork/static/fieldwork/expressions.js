// The expressions of `relevant` and `constraint`, as settling/expressions.py has them; tests run one table of cases through both.
//
//   or   and   =  !=  <  <=  >  >=   not(…)   selected(${q}, 'v')   ${q}   .   numbers   'strings'   ( … )
//
// parse(source) gives a tree, holds(tree, answers, own) says whether it is true. `answers` maps names to texts.

const LONGEST = 4000;
const MOST_TOKENS = 1000;
const DEEPEST = 60;
const TOKEN =
  /[ \t\r\n\u00a0\u3000]*(?:(?<ref>\$\{[ \t]*(?<name>[^\s{}$]+)[ \t]*\})|(?<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))|(?<string>'[^']*'|"[^"]*")|(?<op>!=|<=|>=|=|<|>)|(?<mark>[().,])|(?<word>[A-Za-z_][A-Za-z0-9_:-]*)|(?<end>$))/y;
const NUMBER = /^[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/; // the order of days is that of their texts
const has = Object.prototype.hasOwnProperty;
const ARGUMENTS = new Map([
  ["not", 1],
  ["selected", 2],
]);

export class BadExpression extends Error {
  constructor(code, detail = "") {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

function tokens(source) {
  if ([...source].length > LONGEST) throw new BadExpression("long");
  const found = [];
  TOKEN.lastIndex = 0;
  let last = { kind: "", text: "" };
  while (last.kind !== "end") {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new BadExpression("sign", source.slice(at).trim().slice(0, 1));
    const kind = ["ref", "number", "string", "op", "mark", "word", "end"].find((one) => match.groups[one] !== undefined);
    let text = match.groups[kind];
    if (kind === "ref") text = match.groups.name;
    if (kind === "string") text = text.slice(1, -1);
    if (kind === "number" && text.startsWith("-") && endsOperand(last)) throw new BadExpression("sign", "-");
    last = { kind, text };
    found.push(last);
    if (found.length > MOST_TOKENS) throw new BadExpression("long");
  }
  return found;
}

function endsOperand({ kind, text }) {
  return ["ref", "number", "string"].includes(kind) || (kind === "mark" && [")", "."].includes(text));
}

export function parse(source) {
  const all = tokens(source);
  let at = 0;
  let depth = 0;

  const takes = (kind, ...texts) => {
    const { kind: found, text } = all[at];
    if (found !== kind || (texts.length && !texts.includes(text))) return "";
    at += 1;
    return text;
  };
  const needs = (mark) => {
    if (!takes("mark", mark)) throw new BadExpression("broken", all[at].text);
  };
  const joined = (word, part) => {
    const parts = [part()];
    while (takes("word", word)) parts.push(part());
    return parts.length === 1 ? parts[0] : { do: word, parts };
  };
  const either = () => joined("or", both);
  const both = () => joined("and", () => compared(["=", "!="], () => compared(["<", "<=", ">", ">="], one)));
  const compared = (operators, part) => {
    const first = part();
    const further = [];
    for (let operator = takes("op", ...operators); operator; operator = takes("op", ...operators)) further.push([operator, part()]);
    return further.length ? { do: "compare", first, further } : first;
  };
  const inside = (count) => {
    depth += 1;
    if (depth > DEEPEST) throw new BadExpression("deep");
    const found = [either()];
    while (found.length < count) {
      needs(",");
      found.push(either());
    }
    needs(")");
    depth -= 1;
    return found;
  };
  const one = () => {
    const { kind, text } = all[at];
    at += 1;
    if (["ref", "string", "number"].includes(kind)) return { do: kind, text };
    if (kind === "mark" && text === ".") return { do: "own" };
    if (kind === "mark" && text === "(") return inside(1)[0];
    if (kind === "word" && takes("mark", "(")) {
      if (!ARGUMENTS.has(text)) throw new BadExpression("function", text);
      return { do: text, parts: inside(ARGUMENTS.get(text)) };
    }
    throw new BadExpression("broken", text);
  };

  const tree = either();
  if (all[at].kind !== "end") throw new BadExpression("broken", all[at].text);
  return tree;
}

/** Whether it is true. What `answers` does not have counts as not answered. */
export function holds(tree, answers, own = "") {
  return truth(value(tree, answers, own));
}

function value(tree, answers, own) {
  switch (tree.do) {
    case "ref":
      return has.call(answers, tree.text) ? answers[tree.text] : "";
    case "own":
      return own;
    case "string":
      return tree.text;
    case "number":
      return Number(tree.text);
    case "or":
      return tree.parts.some((part) => holds(part, answers, own));
    case "and":
      return tree.parts.every((part) => holds(part, answers, own));
    case "not":
      return !holds(tree.parts[0], answers, own);
    case "selected": {
      const [chosen, sought] = tree.parts.map((part) => bare(asText(part, answers, own)));
      return sought !== "" && chosen.split(/[ \t\r\n]+/).includes(sought);
    }
    default: {
      let left = value(tree.first, answers, own);
      for (const [operator, part] of tree.further) left = compares(left, operator, value(part, answers, own));
      return left;
    }
  }
}

function compares(left, operator, right) {
  if (operator === "=" || operator === "!=") {
    const kinds = [typeof left, typeof right];
    let same = left === right;
    if (kinds.includes("boolean")) same = truth(left) === truth(right);
    else if (kinds.includes("number")) same = number(left) === number(right);
    return operator === "=" ? same : !same;
  }
  const isDay = (value) => typeof value === "string" && DAY.test(value);
  const [first, second] = isDay(left) && isDay(right) ? [left, right] : [number(left), number(right)];
  return { "<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second }[operator];
}

function number(value) {
  if (typeof value !== "string") return Number(value);
  const found = NUMBER.exec(value);
  return found ? Number(found[1]) : NaN;
}

function truth(value) {
  if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
  return Boolean(value);
}

function asText(tree, answers, own) {
  return tree.do === "number" ? plain(tree.text) : String(value(tree, answers, own));
}

function plain(text) {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole, part = ""] = text.slice(sign.length).split(".");
  const rest = part.replace(/0+$/, "");
  return sign + (whole.replace(/^0+/, "") || "0") + (rest && `.${rest}`);
}

function bare(text) {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}
