#!/usr/bin/env node
/**
 * The entry of the command `pawl`. Plain JavaScript: what is compiled once is kept, types stripped, and then nothing that strips
 * types has to be loaded any more before a command begins.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process);
