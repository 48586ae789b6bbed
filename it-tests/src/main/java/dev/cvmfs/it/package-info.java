/**
 * The other side of integration tests and of the demo: real registries, image tools and container
 * runtimes, each behind a small class that starts it, uses it and ends it.
 */
@NullMarked
package dev.cvmfs.it;

import org.jspecify.annotations.NullMarked;
