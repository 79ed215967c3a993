/** The other case of a code unit, where it is one code unit; itself otherwise. */
export function otherCases(unit: number): readonly number[] {
  if (unit < 128) return asciiCase(unit);
  const char = String.fromCharCode(unit);
  const cases = [char.toLowerCase(), char.toUpperCase()].filter((other) => other.length === 1 && other !== char);
  return cases.map((other) => other.charCodeAt(0));
}

function asciiCase(unit: number): readonly number[] {
  const lower = unit | 32;
  return lower >= 97 && lower <= 122 ? [unit ^ 32] : [];
}
