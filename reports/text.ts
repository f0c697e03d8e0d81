// What a terminal, a browser or an editor would obey or hide rather than show: control characters, bidirectional
// overrides, zero-width and other format characters, unpaired surrogates, private tags, noncharacters.
const unseen =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Variation_Selector}\p{Noncharacter_Code_Point}\u115F\u1160\u3164\uFFA0]/gu

/**
 * Text that shows all it holds: every invisible or commanding character is written `⟨U+202E⟩`. Line feed and tab
 * stay. What comes out holds only characters that XML 1.0 allows.
 */
export function visible(text: string): string {
  return text.replace(unseen, (character) => {
    if (character === '\n' || character === '\t') return character
    const code = character.codePointAt(0) ?? 0
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

/** As `visible`, on one line: runs of white space become one space. */
export function oneLine(text: string): string {
  return visible(text.replace(/\r\n/g, '\n')).replace(/\s+/g, ' ').trim()
}

/** Text for HTML and XML, in content and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return visible(text.replace(/\r\n/g, '\n'))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
