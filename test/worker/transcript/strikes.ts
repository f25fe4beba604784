import first from '../../../node_modules/vega-datasets/data/birdstrikes.csv?half=1';
import second from '../../../node_modules/vega-datasets/data/birdstrikes.csv?half=2';

/** The demo's bird strikes, 1.2 MB. */
export const strikes = first + second;
