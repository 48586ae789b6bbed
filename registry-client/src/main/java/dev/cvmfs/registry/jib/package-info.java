/** The only place that knows jib-core; what it returns is text. */
@NullMarked
package dev.cvmfs.registry.jib;

import org.jspecify.annotations.NullMarked;
