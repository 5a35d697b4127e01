/**
 * True for ten digits that start with 1 or 2 and whose last digit is the Luhn check over `80840` + the first nine
 * (45 CFR 162.406; the prefix means "health, United States"). A right check digit does not mean it was issued.
 */
export function isValidNpi(number: string): boolean {
  if (!/^[12]\d{9}$/.test(number)) return false;
  const digits = [...`80840${number}`].map(Number).reverse();
  const sum = digits.reduce((total, digit, place) => {
    if (place % 2 === 0) return total + digit;
    const doubled = digit * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
