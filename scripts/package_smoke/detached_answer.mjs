/** Where the refresher runs. */
import process from "node:process";

export default () => Promise.resolve({ pid: process.pid });
