@NullMarked
package dev.cvmfs.conf;

import org.jspecify.annotations.NullMarked;
