import { labelError } from '../policy.js';
import { LABEL_NAMESPACE } from './stanagLabel.js';
import { isXmlText } from './xmlText.js';
import type { StanagBase, StanagCategory, StanagInformation, StanagLabel } from './stanagLabel.js';

/**
 * The XML of a label, in the order of the schema, indented by two spaces.
 * @throws PolicyError for a label that has neither a review nor a successor (ADatP-4774, appendix 1), and for text that
 * XML can't carry.
 */
export function writeStanagLabel(label: StanagLabel): string {
  if (label.reviewAt === undefined && label.succession === undefined) {
    throw labelError('reviewAt', 'is needed: a label without a successor says when it is looked at again');
  }
  const name = `${label.kind}ConfidentialityLabel`;
  const review = label.reviewAt === undefined ? '' : ` ReviewDateTime="${instant(label.reviewAt)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<slab:${name} xmlns:slab="${LABEL_NAMESPACE}"${review}>`,
    ...indented([...baseLines(label), ...successionLines(label)]),
    `</slab:${name}>`,
  ];
  return `${lines.join('\n')}\n`;
}

function baseLines({ information, originator, createdAt }: StanagBase): string[] {
  return [
    ...block('ConfidentialityInformation', informationLines(information)),
    ...(originator ? [element('OriginatorID', originator.id, { IDType: originator.type })] : []),
    element('CreationDateTime', instant(createdAt)),
  ];
}

function informationLines({ policy, policyUri, classification, privacyMark, categories }: StanagInformation): string[] {
  return [
    element('PolicyIdentifier', policy, policyUri === undefined ? {} : { URI: policyUri }),
    element('Classification', classification),
    ...(privacyMark === undefined ? [] : [element('PrivacyMark', privacyMark)]),
    ...categories.flatMap(categoryLines),
  ];
}

function categoryLines({ tag, type, uri, values }: StanagCategory): string[] {
  const attributes = { Type: type, TagName: tag, ...(uri === undefined ? {} : { URI: uri }) };
  return block(
    'Category',
    values.map((value) => element('GenericValue', value)),
    attributes,
  );
}

function successionLines({ succession }: StanagLabel): string[] {
  if (!succession) return [];
  return block('SuccessionHandling', [
    element('SuccessionDateTime', instant(succession.at)),
    ...block('SuccessorConfidentialityLabel', baseLines(succession.label)),
  ]);
}

type Attributes = Readonly<Record<string, string>>;

function block(name: string, lines: readonly string[], attributes: Attributes = {}): string[] {
  if (lines.length === 0) return [`<slab:${name}${attributesText(attributes)}/>`];
  return [`<slab:${name}${attributesText(attributes)}>`, ...indented(lines), `</slab:${name}>`];
}

function element(name: string, text: string, attributes: Attributes = {}): string {
  return `<slab:${name}${attributesText(attributes)}>${escaped(text)}</slab:${name}>`;
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Readers turn these into spaces or line feeds where they stand as they are (XML 1.0, 2.11 and 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escaped(text: string): string {
  if (!isXmlText(text)) throw labelError('', 'XML can carry no control characters and no halves of surrogate pairs');
  return text.replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

function instant(date: Date): string {
  if (Number.isNaN(date.getTime())) throw labelError('', 'is no instant');
  return date.toISOString();
}
