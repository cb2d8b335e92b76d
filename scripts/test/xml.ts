/** As much of XML as a JUnit file needs: elements and attributes. Text, comments and declarations are passed over. */

/** An element. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
}

const markup =
  /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Reads a document into a nameless element around its root.
 *
 * @throws When an element is not closed, so that half a report is never taken for a whole one.
 */
export function parseXml(text: string): XmlElement {
  const document: OpenElement = { name: "", attributes: {}, children: [] };
  const open: OpenElement[] = [document];
  for (const [, closing, name, attributes, selfClosing] of text.matchAll(markup)) {
    if (name === undefined) continue;
    const parent = open.at(-1) ?? document;
    if (closing === "/") {
      if (open.length === 1 || parent.name !== name) throw new Error(`XML: </${name}> closes <${parent.name}>.`);
      open.pop();
      continue;
    }
    const element: OpenElement = { name, attributes: readAttributes(attributes ?? ""), children: [] };
    parent.children.push(element);
    if (selfClosing !== "/") open.push(element);
  }
  if (open.length > 1) throw new Error(`XML: <${open.at(-1)?.name}> is not closed: the document ends too early.`);
  return document;
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(attribute)].map((
    [, name, double, single],
  ) => [name, unescapeXml(double ?? single ?? "")]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

const entities: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(parseInt(name.slice(1), 10));
    return entities[name] ?? whole;
  });
}
