/**
 * How many characters a text has, as Ajv's code for `minLength` and `maxLength` asks: code points. It takes the place of Ajv's own,
 * which is CommonJS, so that bundles would carry what loads that.
 *
 * @param text any text
 */
export function ucs2length(text: string): number {
  let length = text.length;
  for (let at = 1; at < text.length; at++) {
    const isPair = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (isPair) length--;
  }
  return length;
}
