/** The client itself: opens repositories and hands out snapshots. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.client;

import org.jspecify.annotations.NullMarked;
