/** Luhn's checksum (ISO/IEC 7812-1, annex B) over the digits of a text; other characters do not count. */
export function passesLuhn(text: string): boolean {
  let sum = 0;
  let digits = 0;
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) continue;
    const doubled = digits % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
    digits += 1;
  }
  return digits > 0 && sum % 10 === 0;
}
