// The journeys of tests/journeys once more, word for word, with each side in a process and a folder of its own (all but
// 代決, which is the office's alone).
process.env.YAKUBA_TEST_SIDES = 'two';
await import('../journeys/journeys.test.mjs');
