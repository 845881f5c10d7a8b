#!/usr/bin/env node
/** Where the entry was before: npx keeps the links that it once made to it. */
import "./pawl.js";
