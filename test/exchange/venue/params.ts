/**
 * Reads request parameters the way the venue does: what is missing or not a number is refused with its code.
 */
import { decimal, type Decimal } from "./decimal.ts";
import { VenueRefusal } from "./records.ts";

export type Params = Readonly<Record<string, string>>;

export function required(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined || value === "") {
    throw new VenueRefusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }
  return value;
}

export function requiredDecimal(params: Params, name: string): Decimal {
  return asDecimal(name, required(params, name));
}

export function asDecimal(name: string, text: string): Decimal {
  if (!/^-?\d{1,20}(\.\d{1,20})?$/.test(text)) {
    throw new VenueRefusal(
      -1100,
      `Illegal characters found in parameter '${name}'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.`,
    );
  }
  return decimal(text);
}

export function optionalInteger(params: Params, name: string): number | undefined {
  const text = params[name];
  return text === undefined ? undefined : requiredInteger({ [name]: text }, name);
}

export function requiredInteger(params: Params, name: string): number {
  const text = required(params, name);
  if (!/^\d{1,16}$/.test(text)) {
    throw new VenueRefusal(-1130, `Data sent for parameter '${name}' is not valid.`);
  }
  return Number(text);
}

export function isTrue(params: Params, name: string): boolean {
  return params[name]?.toLowerCase() === "true";
}

export function oneOf<Choice extends string>(
  params: Params,
  name: string,
  choices: readonly Choice[],
  refusal: VenueRefusal,
): Choice {
  const value = required(params, name).toUpperCase();
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw refusal;
  return found;
}
