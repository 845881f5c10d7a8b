/** Gives every property of a run the seed that vitest.config.ts printed, unless the property names its own. */
import { configureGlobal, readConfigureGlobal } from "fast-check";

const seed = Number(process.env["FC_SEED"]);
if (!Number.isInteger(seed)) throw new Error(`FC_SEED: "${process.env["FC_SEED"]}" is not a whole number`);
configureGlobal({ ...readConfigureGlobal(), seed });
