/** The refresher: what it brings is as stale as what was there, for the next round. */
export default () => Promise.resolve("new");
