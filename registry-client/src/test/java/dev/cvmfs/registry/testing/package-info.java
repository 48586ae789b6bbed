/** The other side, for tests: registries that behave, and registries that do not. */
@NullMarked
package dev.cvmfs.registry.testing;

import org.jspecify.annotations.NullMarked;
