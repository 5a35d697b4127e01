import { roleName } from '#app/_shell/role-words.ts';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { Role } from '#server/command/capabilities.ts';
import { ResetSecondFactor } from './reset-second-factor.tsx';

type Person = {
  personId: string;
  name: string;
  email: string;
  roles: readonly Role[];
  isAddressOfDomain: boolean;
  isAddressConfirmed: boolean;
  hasSecondFactor: boolean;
};

/** A page of an organisation's people by name, searched on the server: whose address is whose, and the way back in for who lost theirs. */
export function PeopleTable({
  people,
  next,
  isCompany,
}: {
  people: readonly Person[];
  next: string | null;
  isCompany: boolean;
}) {
  return (
    <DataTable
      id="organisation-people"
      caption="People"
      search={isCompany}
      nextCursor={next}
      columns={[
        { key: 'person', header: 'Person', phone: 'main' },
        { key: 'roles', header: 'Roles' },
        { key: 'second', header: 'Second factor', align: 'right', phone: 'side', fixed: true },
      ]}
      rows={people.map((person) => ({
        id: person.personId,
        name: person.name,
        cells: {
          person: (
            <>
              {person.name}
              <span className="block break-all font-normal text-ink-3 text-xs">{person.email}</span>
              <span className="block pb-1 font-normal text-ink-3 text-xs">{saidOf(person, isCompany)}</span>
            </>
          ),
          roles: person.roles.map(roleName).join(', '),
          second: person.hasSecondFactor ? (
            <ResetSecondFactor personId={person.personId} name={person.name} />
          ) : (
            'none'
          ),
        },
        values: {
          person: person.name,
          roles: person.roles.map(roleName).join(', '),
          second: person.hasSecondFactor,
        },
      }))}
      empty={<EmptyState title="Nobody">Nobody of this name or address belongs to it.</EmptyState>}
    />
  );
}

function saidOf(person: Person, isCompany: boolean): string {
  const confirmed = person.isAddressConfirmed ? 'address confirmed' : 'address not confirmed';
  if (!isCompany) return confirmed;
  return `${confirmed}, ${person.isAddressOfDomain ? 'of the domain' : 'not of the domain'}`;
}
