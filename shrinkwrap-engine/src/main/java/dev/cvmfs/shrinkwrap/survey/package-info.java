/** What a specification means in one repository: what is wrong with it there, and what it costs. */
@NullMarked
package dev.cvmfs.shrinkwrap.survey;

import org.jspecify.annotations.NullMarked;
