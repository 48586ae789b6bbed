/** One GET at a time, over HTTP or from a local folder; the only place that sees HTTP libraries. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.http;

import org.jspecify.annotations.NullMarked;
