// A worker does not begin while the page evaluates its own code: that comes after, as a file of its own.
import './app/start.js';

void import('./page.js');
