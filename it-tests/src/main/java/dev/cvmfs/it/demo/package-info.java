/**
 * The demo: the program at work on this machine, with a registry and a signed CVMFS repository made
 * for the occasion.
 */
@NullMarked
package dev.cvmfs.it.demo;

import org.jspecify.annotations.NullMarked;
