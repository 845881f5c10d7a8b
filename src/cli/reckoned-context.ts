/** Market context as the configuration wants it reckoned. */
import type { Config } from "../config/config-file.ts";
import { DEFAULT_CONTEXT_SETTINGS, type ContextSettings } from "../domain/context-settings.ts";

/** Unless it is asked for, it is reckoned where the plan of an entry or of an open position looks at it. */
export interface ReckonedContext {
  readonly settings: ContextSettings;
  readonly isAsked: boolean;
}

export const contextSettingsOf = ({ context }: Config): ContextSettings =>
  typeof context === "object" ? context : DEFAULT_CONTEXT_SETTINGS;

export const contextOf = (config: Config): ReckonedContext | null =>
  config.context === "off" ? null : { settings: contextSettingsOf(config), isAsked: config.context !== "auto" };
