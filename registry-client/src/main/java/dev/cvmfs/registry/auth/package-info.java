/**
 * Who we are: challenges of registries, tokens of token servers, credentials out of the files that
 * docker and podman keep. Secrets stay in this package and in the {@code Authorization} field.
 */
@NullMarked
package dev.cvmfs.registry.auth;

import org.jspecify.annotations.NullMarked;
