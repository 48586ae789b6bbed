@NullMarked
package dev.cvmfs.shrinkwrap.survey;

import org.jspecify.annotations.NullMarked;
